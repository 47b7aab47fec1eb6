import {
  type GraphQLLeafType,
  type GraphQLSchema,
  getNullableType,
  getVariableValues,
  isLeafType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

type Inputs = Readonly<Record<string, unknown>>;
type VariableValues = ReturnType<typeof getVariableValues>;

/** Coerces an operation's variables like graphql-js' `getVariableValues`, which also creates the errors. */
export type CoerceVariables = (inputs: Inputs) => VariableValues;

interface LeafVariable {
  readonly name: string;
  readonly type: GraphQLLeafType;
  readonly isNullable: boolean;
}

/**
 * Creates the function for an operation's variables. It looks up scalar types once, whereas graphql-js does so for each
 * execution, which takes longer than the coercion itself.
 * @param maxErrors limit beyond which one more error states that there are others
 */
export function createCoerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  maxErrors: number,
): CoerceVariables {
  const variables = leafVariables(schema, definitions);
  return (inputs) => {
    const coerced = variables && coerceLeaves(variables, inputs);
    return coerced ? { coerced } : getVariableValues(schema, definitions, inputs, { maxErrors });
  };
}

/**
 * Returns null if a variable is not a scalar or enum, has a default value, or has a name that no assignment can set.
 */
function leafVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): readonly LeafVariable[] | null {
  const variables: LeafVariable[] = [];
  for (const { variable, type: node, defaultValue } of definitions) {
    const type = typeFromAST(schema, node);
    const leaf = type && getNullableType(type);
    const name = variable.name.value;
    if (!isLeafType(leaf) || defaultValue !== undefined || name === '__proto__') return null;
    variables.push({ name, type: leaf, isNullable: !isNonNullType(type) });
  }
  return variables;
}

/** Returns null if graphql-js has to report an error. */
function coerceLeaves(variables: readonly LeafVariable[], inputs: Inputs): Record<string, unknown> | null {
  const coerced: Record<string, unknown> = {};
  for (const { name, type, isNullable } of variables) {
    const isGiven = Object.hasOwn(inputs, name);
    const input = isGiven ? (inputs[name] ?? null) : null;
    if (input === null) {
      if (!isNullable) return null;
      if (isGiven) coerced[name] = null;
      continue;
    }
    const value = parse(type, input);
    if (value === undefined) return null;
    coerced[name] = value;
  }
  return coerced;
}

function parse(type: GraphQLLeafType, input: unknown): unknown {
  try {
    return type.parseValue(input);
  } catch {
    return undefined;
  }
}
