// Reads a field's value by its resolver, or from the property with its name.

import { BREAK, type FieldNode, type GraphQLField, getArgumentValues, Kind, visit } from 'graphql';
import type { Execution } from './execution.js';
import type { PlannedField, ReadField } from './field-plan.js';
import { acceptsInfo, toResolveInfo } from './resolve-info.js';

export function createReadField(field: PlannedField): ReadField {
  const { resolve } = field.definition;
  const toArguments = createArgumentReader(field);
  if (!resolve) return createPropertyReader(field, toArguments);
  if (acceptsInfo(resolve)) {
    return (source, execution, position) =>
      resolve(source, toArguments(execution), execution.inputs.contextValue, toResolveInfo(field, execution, position));
  }
  const resolveWithoutInfo = resolve as (source: unknown, args: Arguments, contextValue: unknown) => unknown;
  return (source, execution) => resolveWithoutInfo(source, toArguments(execution), execution.inputs.contextValue);
}

/** Creates a reader like graphql-js' default resolver. */
function createPropertyReader(field: PlannedField, toArguments: (execution: Execution) => Arguments): ReadField {
  const { name, args } = field.definition;
  return (source, execution, position) => {
    // Invalid arguments are an error even if they are not used.
    const given = args.length > 0 ? toArguments(execution) : undefined;
    if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
    const property = (source as Record<string, unknown>)[name];
    if (typeof property !== 'function') return property;
    return property.call(source, given ?? {}, execution.inputs.contextValue, toResolveInfo(field, execution, position));
  };
}

type Arguments = Record<string, unknown>;

/**
 * Creates a reader that coerces constant arguments once, and copies them for each call, since resolvers may change
 * them.
 */
function createArgumentReader({ definition, fieldNodes }: PlannedField): (execution: Execution) => Arguments {
  if (definition.args.length === 0) return () => ({});
  const node = fieldNodes[0]!;
  const constant = constantArguments(definition, node);
  if (constant !== null) return () => ({ ...constant });
  const variables = variableArguments(definition, node);
  return ({ inputs: { variableValues } }) =>
    (variables && pickVariables(variables, variableValues)) ?? getArgumentValues(definition, node, variableValues);
}

/** Returns the variable of each argument; null if an argument is no variable, or omitted. */
function variableArguments({ args }: GraphQLField<unknown, unknown>, node: FieldNode): [string, string][] | null {
  const names: [argument: string, variable: string][] = [];
  for (const { name } of args) {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind !== Kind.VARIABLE) return null;
    names.push([name, value.name.value]);
  }
  return names;
}

/** Returns the values of variables, which are coerced already; null if graphql-js has to coerce an argument. */
function pickVariables(names: readonly [string, string][], variableValues: Arguments): Arguments | null {
  const values: Arguments = {};
  for (const [argument, variable] of names) {
    const value = variableValues[variable];
    if (value === null || value === undefined || !Object.hasOwn(variableValues, variable)) return null;
    values[argument] = value;
  }
  return values;
}

/** Returns null for arguments that depend on variables, are invalid, or have objects, which a copy would share. */
function constantArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): Arguments | null {
  if (hasVariables(node)) return null;
  try {
    const values = getArgumentValues(definition, node, {});
    return Object.values(values).some((value) => typeof value === 'object' && value !== null) ? null : values;
  } catch {
    // Every execution throws the error again, for the field.
    return null;
  }
}

function hasVariables({ arguments: given = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of given) {
    visit(argument, {
      Variable() {
        found = true;
        return BREAK;
      },
    });
  }
  return found;
}
