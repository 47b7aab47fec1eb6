// Reads a field's value through its resolver, or from the property with its name.

import { type FieldNode, type GraphQLField, getArgumentValues, isNonNullType, Kind, valueFromAST } from 'graphql';
import type { Execution } from './execution.js';
import type { PlannedField, ReadField } from './field-plan.js';
import { toResolveInfo } from './resolve-info.js';

export function createReadField(field: PlannedField): ReadField {
  const { resolve } = field.definition;
  const toArguments = createArgumentReader(field);
  if (!resolve) return createPropertyReader(field, toArguments);
  // The schema's resolvers declare `info` if they use it (see schema/direct-calls.ts), and it is created only for
  // those.
  if (resolve.length >= 4) {
    return (source, execution, position) =>
      resolve(source, toArguments(execution), execution.inputs.contextValue, toResolveInfo(field, execution, position));
  }
  const resolveWithoutInfo = resolve as (source: unknown, args: Arguments, contextValue: unknown) => unknown;
  return (source, execution) => resolveWithoutInfo(source, toArguments(execution), execution.inputs.contextValue);
}

/** Creates a reader that works like graphql-js' default resolver. */
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

/** An argument whose value is either known before the execution or taken from a variable. */
type PlannedArgument = readonly [name: string, value: unknown, variable: string | null];

/**
 * Creates an argument reader that coerces constants once. It creates a new object for each call, since resolvers may
 * modify it.
 */
function createArgumentReader({ definition, fieldNodes }: PlannedField): (execution: Execution) => Arguments {
  const node = fieldNodes[0]!;
  const planned = planArguments(definition, node);
  return ({ inputs: { variableValues } }) =>
    (planned && toArguments(planned, variableValues)) ?? getArgumentValues(definition, node, variableValues);
}

/**
 * Returns null for arguments that graphql-js has to coerce for each call, because it provides the errors and copies
 * objects.
 */
function planArguments({ args }: GraphQLField<unknown, unknown>, node: FieldNode): PlannedArgument[] | null {
  const planned: PlannedArgument[] = [];
  for (const { name, type, defaultValue } of args) {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (given?.kind === Kind.VARIABLE) {
      planned.push([name, undefined, given.name.value]);
      continue;
    }
    // Undefined for an invalid value, or one with variables.
    const value = given === undefined ? defaultValue : valueFromAST(given, type);
    if (typeof value === 'object' && value !== null) return null;
    if (value !== undefined) planned.push([name, value, null]);
    else if (given !== undefined || isNonNullType(type)) return null;
  }
  return planned;
}

/** Returns null if a variable has no value, in which case the argument may have a default value. */
function toArguments(planned: readonly PlannedArgument[], variableValues: Arguments): Arguments | null {
  const values: Arguments = {};
  for (const [name, constant, variable] of planned) {
    const value = variable === null ? constant : variableValues[variable];
    if (variable !== null && (value === null || value === undefined || !Object.hasOwn(variableValues, variable))) {
      return null;
    }
    values[name] = value;
  }
  return values;
}
