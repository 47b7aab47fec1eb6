import {
  type GraphQLInputType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
  parseValue,
  validate,
} from 'graphql';
import {
  BigIntScalar,
  DateTimeScalar,
  DecimalScalar,
  JSONPrimitiveScalar,
  UUIDScalar,
} from '../../../src/graphql/scalars/index.js';

describe('a scalar with a text form', () => {
  it.each([
    [UUIDScalar, '0190A234-8dc6-0d08-2ea9-0242ac120002', '0190a234-8dc6-0d08-2ea9-0242ac120002'],
    [DateTimeScalar, '2024-01-16T13:33:25Z', '2024-01-16T13:33:25Z'],
    [DecimalScalar, '-.50', '-.50'],
    [DecimalScalar, '+12.50', '+12.50'],
    [BigIntScalar, '-9007199254740993', '-9007199254740993'],
  ])('%s takes %s', (scalar, input, inside) => {
    expect(scalar.parseValue(input)).toBe(inside);
  });

  it.each([
    [UUIDScalar, '0190a234-8dc6-0d08-2ea9-0242ac12000'],
    [UUIDScalar, 7],
    [DateTimeScalar, 'tomorrow'],
    [DateTimeScalar, 1_705_411_985],
    [DecimalScalar, true],
    [DecimalScalar, Number.POSITIVE_INFINITY],
    [DecimalScalar, { toString: () => '1' }],
    [DecimalScalar, [1]],
    [BigIntScalar, '1.0'],
    [BigIntScalar, 1],
  ])('%s does not take %s', (scalar, input) => {
    expect(() => scalar.parseValue(input)).toThrow(`${scalar.name} cannot represent the value: it must `);
  });

  it('locates a literal that it rejects', () => {
    const fieldOf = (type: GraphQLInputType) => ({ type: GraphQLString, args: { value: { type } } });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { decimal: fieldOf(DecimalScalar), date: fieldOf(DateTimeScalar), id: fieldOf(UUIDScalar) },
    });
    const document = parse('{ decimal(value: "1e5")\n  date(value: 1)\n  id(value: [7]) }');
    const errors = validate(new GraphQLSchema({ query }), document);
    expect(errors.map(({ message, locations }) => [message, locations])).toEqual([
      ['Decimal cannot represent the value: it must be a decimal number, as in `"12.50"`.', [{ line: 1, column: 18 }]],
      ['DateTime cannot represent the value: it must be a string.', [{ line: 2, column: 15 }]],
      ['UUID cannot represent the value: it must be a string.', [{ line: 3, column: 13 }]],
    ]);
  });

  it.each([
    [7, '7'],
    [-0.5, '-0.5'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
  ])('Decimal takes the number %s', (number, decimal) => {
    expect(DecimalScalar.parseValue(number)).toBe(decimal);
  });

  it.each([
    ['0.30000000000000000000000000000000001', '0.30000000000000000000000000000000001'],
    ['9007199254740993', '9007199254740993'],
    ['1.50', '1.50'],
    ['-0', '-0'],
    ['1e3', '1000'],
    ['1.25E+1', '12.5'],
    ['12e-1', '1.2'],
    ['-1.50e1', '-15.0'],
    ['1.0e0', '1.0'],
    ['0e-3', '0.000'],
  ])('Decimal takes the literal %s with all its digits', (text, decimal) => {
    expect(DecimalScalar.parseLiteral(parseValue(text))).toBe(decimal);
  });

  it.each(['1e101', '1e-101', '1e999999999999'])('Decimal does not take %s, of too many digits', (text) => {
    expect(() => DecimalScalar.parseLiteral(parseValue(text))).toThrow('at most 100 characters without an exponent');
  });

  it.each([DecimalScalar, DateTimeScalar, UUIDScalar, BigIntScalar])('%s rejects a long text at once', (scalar) => {
    expect(() => scalar.parseValue(`${'1'.repeat(500_000)}x`)).toThrow(`${scalar.name} cannot represent the value`);
  });

  it.each([
    [UUIDScalar, 7],
    [BigIntScalar, null],
  ])('%s does not return %s', (scalar, stored) => {
    expect(() => scalar.serialize(stored)).toThrow(`${scalar.name} cannot represent the value`);
  });

  it.each([
    [DateTimeScalar, '2024-01-16T13:33:25.247662Z'],
    [DecimalScalar, '1.00'],
  ])('%s returns %s', (scalar, stored) => {
    expect(scalar.serialize(stored)).toBe(stored);
  });
});

describe('JSONPrimitive', () => {
  it.each([
    ['"a\\"b"', '"a\\"b"'],
    ['true', 'true'],
    ['12345678901234567890.50', '12345678901234567890.50'],
    ['-1e3', '-1000'],
  ])('%s in a document is its JSON text, with all digits', (literal, text) => {
    expect(JSONPrimitiveScalar.parseLiteral(parseValue(literal))).toBe(text);
  });

  it.each([
    ['a"b', '"a\\"b"'],
    [false, 'false'],
    [1.5, '1.5'],
  ])('%j in the variables is its JSON text', (value, text) => {
    expect(JSONPrimitiveScalar.parseValue(value)).toBe(text);
  });

  it('rejects objects, lists and numbers out of range', () => {
    for (const value of [{}, [], Number.NaN, 1e300])
      expect(() => JSONPrimitiveScalar.parseValue(value)).toThrow('JSONPrimitive');
    for (const literal of ['{}', '[]', 'ENUM', '1e400']) {
      expect(() => JSONPrimitiveScalar.parseLiteral(parseValue(literal))).toThrow('JSONPrimitive');
    }
  });
});
