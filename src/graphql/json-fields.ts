// The `path` argument of a run's JSON fields. It is added to the schema after TypeGraphQL has built it, because that
// answers every field that has an argument with a promise, which would cost a list more than all else it does.

import {
  assertObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { validationFailed } from '../errors/validation.js';
import type { RawJson } from '../json/raw-json.js';
import { type PickSource, parsePointer, pickKey } from '../task-runs/json-pick.js';
import type { TaskRunRecord } from '../task-runs/records.js';

/** Without a path these answer the whole JSON; `runDataAt` has no such meaning, because `runData` cannot be null. */
const wholeOrPicked = ['response', 'submitted'] as const;

export function addPathArguments(schema: GraphQLSchema): void {
  const fields = assertObjectType(schema.getType('TaskRun')).getFields();
  for (const source of wholeOrPicked) {
    fields[source]!.args = [pathArgument(GraphQLString, ' Left out: all of it.')];
    fields[source]!.resolve = (run: TaskRunRecord, { path }: { path?: string | null }) =>
      path == null ? run[source] : pickedValue(run, source, path);
  }
  fields.runDataAt!.args = [pathArgument(new GraphQLNonNull(GraphQLString))];
  fields.runDataAt!.resolve = (run: TaskRunRecord, { path }: { path: string }) => pickedValue(run, 'runDataAt', path);
}

function pathArgument(type: GraphQLInputType, whenLeftOut = ''): GraphQLArgument {
  return {
    name: 'path',
    type,
    description: `A JSON Pointer (RFC 6901), as in \`/items/0/label\`: only the value there is read and answered, null if there is none.${whenLeftOut}`,
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  };
}

function pickedValue(run: TaskRunRecord, source: PickSource, pointer: string): RawJson | null {
  if (parsePointer(pointer) === null) {
    throw validationFailed(['path'], 'must be a JSON Pointer of at most 1,000 characters');
  }
  const value = run.picked?.get(pickKey({ source, pointer }));
  if (value === undefined) throw new Error(`The run was read without what ${source} asks for.`);
  return value;
}
