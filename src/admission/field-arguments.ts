// The arguments of a field. Their values may depend on the operation's variables.

import { type FieldNode, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/**
 * Values of variables as the client sent them, plus the operation's defaults. Values of wrong types are rejected later.
 */
export type Variables = Readonly<Record<string, unknown>>;

export interface Argument {
  /** Whether the value is the same for all variables. */
  readonly isFixed: boolean;
  valueFor(variables: Variables): unknown;
}

export function findArgument({ arguments: given = [] }: FieldNode, name: string): Argument | undefined {
  const node = given.find((argument) => argument.name.value === name)?.value;
  return node && toArgument(node);
}

export function toArgument(node: ValueNode): Argument {
  if (node.kind === Kind.VARIABLE) {
    const { value: name } = node.name;
    return { isFixed: false, valueFor: (variables) => variables[name] };
  }
  if (hasVariables(node)) {
    return { isFixed: false, valueFor: (variables) => valueFromASTUntyped(node, variables) };
  }
  const value = valueFromASTUntyped(node);
  return { isFixed: true, valueFor: () => value };
}

function hasVariables(node: ValueNode): boolean {
  if (node.kind === Kind.LIST) return node.values.some(hasVariables);
  if (node.kind === Kind.OBJECT) return node.fields.some(({ value }) => hasVariables(value));
  return node.kind === Kind.VARIABLE;
}
