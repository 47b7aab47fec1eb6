// The tools whose result is more than the response to their operation.

import type { GraphQLFormattedError } from 'graphql';
import { RawJson } from '../json/raw-json.js';
import { differencesBetween } from './differences.js';
import { parseExactly } from './parse-exactly.js';

/** The response to an operation, or what a tool makes of it. */
export interface ToolResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: object;
}

type Variables = Readonly<Record<string, unknown>>;
type Answer = (operationName: string, variables: Variables) => Promise<ToolResponse>;

/** Makes the result of a tool from the response to its operation. */
export interface Refinement {
  refine(response: ToolResponse, variables: Variables, answer: Answer): ToolResponse | Promise<ToolResponse>;
  /** Returns the schema of the result's `data` from that of the response's. */
  schema(data: ObjectSchema): object;
}

interface ObjectSchema {
  readonly type: string;
  readonly properties: Readonly<Record<string, object>>;
}

/** Failures that are followed to their newest runs. */
const maxFollowed = 20;

export const refinements: ReadonlyMap<string, Refinement> = new Map<string, Refinement>([
  ['failures', { refine: addNewestRuns, schema: withNewestRuns }],
  ['compare_runs', { refine: compare, schema: withDifferences }],
]);

async function addNewestRuns(response: ToolResponse, variables: Variables, answer: Answer): Promise<ToolResponse> {
  const { orgId, projectId, taskId, since = '-7d' } = variables;
  const failed = response.data?.failed as { readonly kinds: readonly { readonly value: string }[] } | null | undefined;
  if (!failed) return response;
  const newest = failed.kinds.slice(0, maxFollowed).map(async ({ value: kind }) => {
    const { data } = await answer('failures_newest', { orgId, projectId, taskId, since, kind });
    return (data?.taskRuns as { readonly nodes: readonly unknown[] } | null)?.nodes[0] ?? null;
  });
  const newestRuns = await Promise.all(newest);
  const kinds = failed.kinds.map((kind, index) => ({ ...kind, newestRun: newestRuns[index] ?? null }));
  return { ...response, data: { ...response.data, failed: { ...failed, kinds } } };
}

function withNewestRuns({ properties, ...schema }: ObjectSchema): object {
  const text = { type: 'string' };
  const newestRun = { type: ['object', 'null'], properties: { id: text, created: text, taskId: text } };
  const failed = properties.failed as ObjectSchema;
  const kinds = failed.properties.kinds as { readonly items: ObjectSchema };
  const items = { ...kinds.items, properties: { ...kinds.items.properties, newestRun } };
  return {
    ...schema,
    properties: { ...properties, failed: { ...failed, properties: { kinds: { ...kinds, items } } } },
  };
}

/** Parts of a run whose differences are shown, in place of the values. */
const comparedParts = ['submitted', 'response'] as const;
type ComparedRun = Readonly<Record<string, unknown>>;

function compare(response: ToolResponse): ToolResponse {
  const { data, errors = [] } = response;
  const [run, other] = [data?.run, data?.other] as [ComparedRun | null | undefined, ComparedRun | null | undefined];
  if (!run || !other) return { ...response, data: { run: figuresOf(run), other: figuresOf(other), differences: null } };
  const unreadable = new Set(errors.flatMap(({ path = [] }) => path.slice(1)));
  const readable = comparedParts.filter((part) => !unreadable.has(part));
  const differences = readable.flatMap((part) => [
    ...differencesBetween(parse(run[part]), parse(other[part]), `/${part}`),
  ]);
  return {
    ...response,
    data: {
      run: figuresOf(run),
      other: figuresOf(other),
      differences: readable.length === 0 ? null : differences,
    },
  };
}

function figuresOf(run: ComparedRun | null | undefined): object | null {
  if (!run) return null;
  const { submitted: _, response: __, ...figures } = run;
  return figures;
}

function parse(value: unknown): unknown {
  return value instanceof RawJson ? parseExactly(value.text) : value;
}

function withDifferences({ properties, ...schema }: ObjectSchema): object {
  const run = properties.run as ObjectSchema;
  const { submitted: __, response: json, ...figures } = run.properties;
  const differences = {
    type: ['array', 'null'],
    description: 'of `submitted` and `response`; null if neither is visible. A side without a value is omitted.',
    items: { type: 'object', properties: { pointer: { type: 'string' }, run: json, other: json } },
  };
  const other = { $ref: '#/properties/data/properties/run' };
  return { ...schema, properties: { run: { ...run, properties: figures }, other, differences } };
}
