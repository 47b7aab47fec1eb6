// Adds fields for JSON of a run as text, whole or truncated. As for the fields with a path, TypeGraphQL's resolvers
// would cost more than everything else.

import { assertObjectType, GraphQLInt, type GraphQLSchema } from 'graphql';
import type { RequestBudget } from '../../admission/request-budget.js';
import { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/record/records.js';
import type { GatewayContext } from '../context.js';
import type { Bounds } from '../types/bounds.js';

const maxLength = limits.previewLength.value.toLocaleString('en');
const defaultLength = limits.defaultPreviewLength.value;

export function addTextFields(schema: GraphQLSchema): void {
  const fields = assertObjectType(schema.getType('TaskRun')).getFields();
  for (const source of ['response', 'runData', 'submitted'] as const) {
    fields[`${source}Text`]!.resolve = (run: TaskRunRecord, _args, { budget }: GatewayContext) => {
      const value = run[source];
      return value instanceof RawJson ? writeToBudget(value.text, budget) : null;
    };
  }
  fields.failureMessage!.resolve = (run: TaskRunRecord, _args, { budget }: GatewayContext) => {
    const message = run.failureMessage;
    return message == null ? null : writeToBudget(message, budget);
  };
  for (const name of ['responsePreview', 'submittedPreview'] as const) {
    fields[name]!.args = [
      {
        name: 'length',
        type: GraphQLInt,
        description: `The maximum length in characters (1–${maxLength}). A longer text is cut and ends with an ellipsis.`,
        defaultValue: defaultLength,
        deprecationReason: undefined,
        extensions: { bounds: { minimum: 1, maximum: limits.previewLength.value } satisfies Bounds },
        astNode: undefined,
      },
    ];
    fields[name]!.resolve = (run: TaskRunRecord, { length }: { length: number | null }, { budget }: GatewayContext) => {
      const text = run[name];
      return text == null ? null : writeToBudget(truncate(text, length ?? defaultLength), budget);
    };
  }
}

/** Counts the text in the response, where it is longer, because its quotes are escaped. */
function writeToBudget(text: string, budget: RequestBudget): string {
  budget.write(JSON.stringify(text));
  return text;
}

/** Truncates to a number of characters, counted like in PostgreSQL, never within a surrogate pair. */
function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
