import type { GraphQLResolveInfo } from 'graphql';
import type { Execution, Position } from './execution.js';
import { toPath } from './execution.js';
import type { PlannedField } from './field-plan.js';

/**
 * Whether a resolver may use `info`, its fourth argument: it declares it, or its text can access it otherwise (`length`
 * ends at a default value and at a rest parameter). An unused `info` is not created.
 */
export function acceptsInfo(resolve: (...args: never[]) => unknown): boolean {
  const text = String(resolve);
  return resolve.length >= 4 || /\barguments\b|\[native code\]/.test(text) || /\.\.\.|=/.test(parametersIn(text));
}

/**
 * Returns the text of a function up to the end of its parameters. A parenthesis in the text of a default value may end it
 * too early, but not before the `=` of that value.
 */
function parametersIn(text: string): string {
  let depth = 0;
  for (let index = text.indexOf('('); index >= 0 && index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')') depth -= 1;
    if (depth === 0) return text.slice(0, index);
  }
  return text;
}

/** Returns the `info` that graphql-js passes to resolvers. @param position of the object with the field */
export function toResolveInfo(field: PlannedField, execution: Execution, position: Position): GraphQLResolveInfo {
  const { key, definition, fieldNodes, parentType } = field;
  const { schema, fragments, rootValue, operation, variableValues } = execution.inputs;
  return {
    fieldName: definition.name,
    fieldNodes,
    returnType: definition.type,
    parentType,
    path: toPath(position, key, parentType.name),
    schema,
    fragments,
    rootValue,
    operation,
    variableValues,
  } as GraphQLResolveInfo;
}
