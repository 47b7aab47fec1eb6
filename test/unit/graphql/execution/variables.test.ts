import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { createCoerceVariables } from '../../../../src/graphql/execution/variables.js';

const schema = buildSchema(`
  enum Color { RED GREEN }
  input Point { x: Int! }
  type Query {
    all(id: ID, flag: Boolean, count: Int, color: Color, ratio: Float, names: [String!], at: Point): Int
  }
`);

function definitionsOf(variables: string) {
  const [operation] = parse(`query (${variables}) { __typename }`).definitions as OperationDefinitionNode[];
  return operation!.variableDefinitions!;
}

describe('variables are coerced like graphql-js coerces them', () => {
  const given = [{}, undefined, null, 'text', '', 'RED', 'red', 0, -1, 1.5, 2 ** 40, true, {}, ['a'], [null], { x: 1 }];
  const inputs = [{}, ...given.slice(1).map((v) => ({ v })), { other: 1 }, Object.create({ v: 1 })];

  it.each([
    '$v: ID',
    '$v: ID!',
    '$v: Int',
    '$v: Int!',
    '$v: Float!',
    '$v: Boolean!',
    '$v: String',
    '$v: Color',
    '$v: Color!',
    '$v: Int = 3',
    '$v: Int! = 3',
    '$v: [String!]',
    '$v: [String!]!',
    '$v: Point!',
    '$v: ID!, $other: Int',
    '$__proto__: Int, $v: ID',
    '$v: Unknown',
    '$v: Query',
  ])('%s', (variables) => {
    const definitions = definitionsOf(variables);
    const coerce = createCoerceVariables(schema, definitions, 2);
    for (const input of inputs) {
      const expected = getVariableValues(schema, definitions, input, { maxErrors: 2 });
      expect(coerce(input)).toEqual(expected);
      expect(Object.entries(coerce(input).coerced ?? {})).toEqual(Object.entries(expected.coerced ?? {}));
    }
  });

  it('without an error where JSON has a member "__proto__"', () => {
    const definitions = definitionsOf('$__proto__: Int');
    const coerced = createCoerceVariables(schema, definitions, 2)(JSON.parse('{"__proto__":1}')).coerced!;
    expect(Object.entries(coerced)).toEqual([['__proto__', 1]]);
  });
});
