// Adds the `path` argument of a run's JSON fields to the schema after TypeGraphQL has built it: TypeGraphQL returns a
// promise for every field with an argument, which would cost a list more than everything else.

import {
  assertObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
  isNonNullType,
} from 'graphql';
import type { RequestBudget } from '../../admission/request-budget.js';
import { validationFailed } from '../../errors/validation.js';
import { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import { type PointerSource, parsePointer, pointerKey, toRawJson } from '../../task-runs/record/json-pointer.js';
import type { TaskRunRecord } from '../../task-runs/record/records.js';
import type { GatewayContext } from '../context.js';
import { malformedPath } from '../selection/run-selection.js';
import type { Bounds } from '../types/bounds.js';

/** The fields that return the whole JSON without a path. */
const fieldsWithPath = ['response', 'submitted', 'runData'] as const;

export function addPathArguments(schema: GraphQLSchema): void {
  const fields = assertObjectType(schema.getType('TaskRun')).getFields();
  for (const source of fieldsWithPath) {
    const isNullable = !isNonNullType(fields[source]!.type);
    const missingValueText = isNullable
      ? 'null if there is none'
      : 'an error if there is none, because this field cannot be null';
    fields[source]!.args = [
      pathArgument(GraphQLString, `${missingValueText}. If omitted, the whole value is returned.`),
    ];
    fields[source]!.resolve = (run: TaskRunRecord, { path }: { path?: string | null }, { budget }: GatewayContext) => {
      if (path == null) return writeToBudget(run[source], budget);
      const value = valueAtPointer(run, source, path, budget);
      if (value === null && !isNullable)
        throw validationFailed(['path'], 'must lead to a value: use `runDataAt` for null where there is none');
      return value;
    };
  }
  fields.runDataAt!.args = [pathArgument(new GraphQLNonNull(GraphQLString), 'null if there is none.')];
  fields.runDataAt!.resolve = (run: TaskRunRecord, { path }: { path: string }, { budget }: GatewayContext) =>
    valueAtPointer(run, 'runDataAt', path, budget);
}

function pathArgument(type: GraphQLInputType, missingValueText: string): GraphQLArgument {
  return {
    name: 'path',
    type,
    description: `A JSON Pointer (RFC 6901), such as \`/items/0/label\`. Only the value at this path is read and returned; ${missingValueText}`,
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: { bounds: { maxLength: limits.pointerLength.value } satisfies Bounds },
    astNode: undefined,
  };
}

function writeToBudget(value: RawJson | null, budget: RequestBudget): RawJson | null {
  if (value instanceof RawJson) budget.write(value.text);
  return value;
}

function valueAtPointer(
  run: TaskRunRecord,
  source: PointerSource,
  pointer: string,
  budget: RequestBudget,
): RawJson | null {
  if (parsePointer(pointer) === null) throw malformedPath();
  const text = run.pointerValues?.get(pointerKey({ source, pointer }));
  if (text === undefined) throw new Error(`The run was read without what ${source} requires.`);
  return writeToBudget(toRawJson(text, budget.maxBytes), budget);
}
