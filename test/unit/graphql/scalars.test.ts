import { BigIntScalar, DateTimeScalar, DecimalScalar, UUIDScalar } from '../../../src/graphql/scalars/index.js';

describe('a scalar that is text of a form', () => {
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
    [DateTimeScalar, '2024-01-16 13:33:25Z'],
    [DateTimeScalar, '2024-01-16T13:33:25.0000001Z'],
    [DecimalScalar, 'NaN'],
    [DecimalScalar, 1],
    [DecimalScalar, '1.'],
    [DecimalScalar, '.'],
    [DecimalScalar, '1.2.3'],
    [BigIntScalar, '1.0'],
  ])('%s does not take %s', (scalar, input) => {
    expect(() => scalar.parseValue(input)).toThrow(`${scalar.name} cannot represent the value`);
  });

  it.each([DecimalScalar, DateTimeScalar, UUIDScalar, BigIntScalar])('%s refuses a long text at once', (scalar) => {
    expect(() => scalar.parseValue(`${'1'.repeat(500_000)}x`)).toThrow(`${scalar.name} cannot represent the value`);
  });

  it.each([
    [UUIDScalar, 7],
    [BigIntScalar, null],
  ])('%s does not answer %s', (scalar, stored) => {
    expect(() => scalar.serialize(stored)).toThrow(`${scalar.name} cannot represent the value`);
  });

  it.each([
    [DateTimeScalar, '2024-01-16T13:33:25.247662Z'],
    [DecimalScalar, '1.00'],
  ])('%s answers %s', (scalar, stored) => {
    expect(scalar.serialize(stored)).toBe(stored);
  });
});
