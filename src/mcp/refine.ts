// Tools whose result differs from the response to their operation.

import { setImmediate } from 'node:timers/promises';
import type { GraphQLFormattedError } from 'graphql';
import type { ChargedWork } from '../admission/charged-work.js';
import { RawJson } from '../json/raw-json.js';
import { stringifyDeep } from '../json/stringify-deep.js';
import { limits } from '../limits.js';
import type { ResponseAudit } from '../task-runs/audit/response-audit.js';
import { maxFindings } from '../task-runs/reports/find-changes.js';
import type { Report, ReportInput, ReportService } from '../task-runs/reports/report.service.js';
import { ruleNames } from '../task-runs/reports/rules.js';
import type { Period } from '../task-runs/statistics/previous-period.js';
import { sliceMs } from '../time-limit.js';
import { type Difference, differencesBetween } from './differences.js';
import { orNull } from './input-schema.js';
import { isWithheldPayload, payloadNotVisible } from './merge-errors.js';
import { parseExactly } from './parse-exactly.js';

/** The response to an operation, or the result that a tool derives from it. */
export interface ToolResponse {
  /** Whether payload was left out because the caller may read only usage. */
  readonly withheld?: true;
  /** A sentence that explains this. */
  readonly message?: string;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: object;
}

type Variables = Readonly<Record<string, unknown>>;

interface RefinedCall {
  readonly variables: Variables;
  /** Executes an operation of the tool's document. */
  execute(operationName: string, variables: Variables): Promise<ToolResponse>;
  /** Reads a report, whose cost is admitted first. */
  report(input: ReportInput): Promise<Report>;
  /** The range of positions of the items to show. The other items are only counted. */
  readonly shown: { readonly start: number; readonly end: number };
  readonly audit: Pick<ResponseAudit, 'discard'> | undefined;
  readonly work: ChargedWork;
}

/** Derives a tool's result from the response to its operation. */
export interface Refinement {
  /** Returns the operation's variables, given the tool's arguments. If omitted, they are equal. */
  toVariables?(variables: Variables, periodOf: ReportService['periodOf']): Variables;
  refine(response: ToolResponse, call: RefinedCall): Promise<ToolResponse>;
  /** Returns the schema of the result's `data`, given that of the response's `data`. */
  schema(data: ObjectSchema): object;
  /** The schemas of additional members of the result. */
  readonly members?: Readonly<Record<string, object>>;
}

interface ObjectSchema {
  readonly type: string;
  readonly properties: Readonly<Record<string, object>>;
}

/** Maximum number of failures for which the newest runs are read. */
const maxFollowed = 20;

export const refinements: ReadonlyMap<string, Refinement> = new Map<string, Refinement>([
  ['report', { toVariables: withPeriod, refine: addFindings, schema: withFindings }],
  ['failures', { refine: addNewestRuns, schema: withNewestRuns }],
  ['compare_runs', { refine: compare, schema: withDifferences }],
  [
    'explain_failure',
    {
      refine: showUsage,
      schema: withoutKinds,
      members: { withheld: { type: 'boolean' }, message: { type: 'string' } },
    },
  ],
]);

/**
 * Replaces the report for callers who may read only usage. A report by kinds of failures contains only runs whose
 * payload the caller may read.
 */
async function showUsage(response: ToolResponse, { variables, execute, audit }: RefinedCall): Promise<ToolResponse> {
  const { data, errors = [] } = response;
  if (!data?.taskRun || !errors.some(isWithheldPayload)) return response;
  audit?.discard();
  const usage = await execute('explain_failure_usage', variables);
  const statistics = usage.data?.taskRunStats as object | null | undefined;
  const others = [...errors.filter((error) => !isWithheldPayload(error)), ...(usage.errors ?? [])];
  return {
    withheld: true,
    message: payloadNotVisible,
    data: { ...data, taskRunStats: statistics ? { ...statistics, byFailure: null } : null },
    ...(others.length > 0 && { errors: others }),
  };
}

function withoutKinds({ properties, ...schema }: ObjectSchema): object {
  const statistics = properties.taskRunStats as ObjectSchema;
  const byFailure = orNull(statistics.properties.byFailure!);
  const taskRunStats = { ...statistics, properties: { ...statistics.properties, byFailure } };
  return { ...schema, properties: { ...properties, taskRunStats } };
}

/** Values of another type are left to the operation, which rejects them. */
function withPeriod(variables: Variables, periodOf: ReportService['periodOf']): Variables {
  const { createdAfter, createdBefore } = variables as Partial<Period>;
  const isText = [createdAfter, createdBefore].every((value) => value == null || typeof value === 'string');
  return isText ? { ...variables, ...periodOf({ createdAfter, createdBefore }) } : variables;
}

/** Adds the findings, each with the arguments of `list_runs` that return its runs. */
async function addFindings(response: ToolResponse, { variables, report }: RefinedCall): Promise<ToolResponse> {
  if (!response.data?.taskRunStats) return response;
  const { orgId, projectId, taskId } = variables;
  const { period, previous, findings } = await report(variables as unknown as ReportInput);
  const place = { orgId, ...(projectId != null && { projectId }), ...(taskId != null && { taskId }) };
  const shown = findings.map(({ filter, ...finding }) => ({ ...finding, show: { ...place, filter } }));
  return { ...response, data: { ...response.data, report: { period, previous, findings: shown } } };
}

function withFindings({ properties, ...schema }: ObjectSchema): object {
  const [text, number, object] = [{ type: 'string' }, { type: 'number' }, { type: 'object' }];
  const period = { type: 'object', properties: { createdAfter: text, createdBefore: text } };
  const finding = {
    type: 'object',
    properties: {
      rule: { type: 'string', enum: ruleNames },
      what: text,
      now: number,
      before: number,
      runs: { type: 'integer' },
      where: object,
      show: object,
    },
  };
  const findings = { type: 'array', maxItems: maxFindings, items: finding };
  const report = { type: 'object', properties: { period, previous: period, findings } };
  return { ...schema, properties: { ...properties, report } };
}

async function addNewestRuns(response: ToolResponse, { variables, execute }: RefinedCall): Promise<ToolResponse> {
  const { orgId, projectId, taskId, since = '-7d' } = variables;
  const failed = response.data?.failed as { readonly kinds: readonly { readonly value: string }[] } | null | undefined;
  if (!failed) return response;
  const newest = failed.kinds.slice(0, maxFollowed).map(async ({ value: kind }) => {
    const { data } = await execute('failures_newest', { orgId, projectId, taskId, since, kind });
    return (data?.taskRuns as { readonly nodes: readonly unknown[] } | null)?.nodes[0] ?? null;
  });
  const newestRuns = await Promise.all(newest);
  const kinds = failed.kinds.map((kind, index) => ({ ...kind, newestRun: newestRuns[index] ?? null }));
  return { ...response, data: { ...response.data, failed: { ...failed, kinds } } };
}

function withNewestRuns({ properties, ...schema }: ObjectSchema): object {
  const text = { type: 'string' };
  const newestRun = {
    type: ['object', 'null'],
    properties: { id: text, created: text, projectId: text, taskId: text },
  };
  const failed = properties.failed as ObjectSchema;
  const kinds = failed.properties.kinds as { readonly items: ObjectSchema };
  const items = { ...kinds.items, properties: { ...kinds.items.properties, newestRun } };
  return {
    ...schema,
    properties: { ...properties, failed: { ...failed, properties: { kinds: { ...kinds, items } } } },
  };
}

/** Parts of a run whose differences are shown instead of their values. */
const comparedParts = ['submitted', 'response'] as const;
type ComparedRun = Readonly<Record<string, unknown>>;

async function compare(response: ToolResponse, { shown, work }: RefinedCall): Promise<ToolResponse> {
  const { data, errors = [] } = response;
  const [run, other] = [data?.run, data?.other] as [ComparedRun | null | undefined, ComparedRun | null | undefined];
  const figures = { run: figuresOf(run), other: figuresOf(other) };
  if (!run || !other) return { ...response, data: { ...figures, differences: null } };
  const unreadable = new Set(errors.flatMap(({ path = [] }) => path.slice(1)));
  const readable = comparedParts.filter((part) => !unreadable.has(part));
  const tooLong: GraphQLFormattedError[] = [];
  const differences: object[] = [];
  for (const part of readable) {
    if ([run, other].some((comparedRun) => lengthOf(comparedRun[part]) > limits.comparedLength.value)) {
      tooLong.push({ message: `\`${part}\` is too long to be compared as a whole. Read parts of it by path.` });
      continue;
    }
    const [first, second] = [await parseLater(run[part], work), await parseLater(other[part], work)];
    let startedAt = performance.now();
    for (const difference of differencesBetween(first, second, `/${part}`)) {
      const isShown = differences.length >= shown.start && differences.length < shown.end;
      differences.push(isShown ? withRawValues(difference) : notShown);
      if (differences.length % 1000 === 0 && performance.now() - startedAt > sliceMs) {
        await work.waitFor(setImmediate);
        startedAt = performance.now();
      }
    }
  }
  return {
    ...response,
    data: { ...figures, differences: readable.length === 0 ? null : differences },
    ...(errors.length + tooLong.length > 0 && { errors: [...errors, ...tooLong] }),
  };
}

/** A placeholder for differences that are only counted. */
const notShown = {};

function lengthOf(value: unknown): number {
  return value instanceof RawJson ? value.text.length : 0;
}

/** Values of differences are previewed like those of runs. */
function withRawValues({ pointer, run, other }: Difference): object {
  return {
    pointer,
    ...(run !== undefined && { run: new RawJson(stringifyDeep(run)) }),
    ...(other !== undefined && { other: new RawJson(stringifyDeep(other)) }),
  };
}

function figuresOf(run: ComparedRun | null | undefined): object | null {
  if (!run) return null;
  const { submitted: _, response: __, ...figures } = run;
  return figures;
}

/** Parses a value after waiting requests have been served, because parsing a long text takes a tenth of a second. */
async function parseLater(value: unknown, work: ChargedWork): Promise<unknown> {
  await work.waitFor(setImmediate);
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
