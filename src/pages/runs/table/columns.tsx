// The available columns: the fields that each one requests from the API, and what it shows.

import { Credits } from '../../shared/format/credits.js';
import { Duration } from '../../shared/format/duration.js';
import { shortId } from '../../shared/format/format-id.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { formatAge, formatRowTime } from '../../shared/format/format-time.js';
import { initialState } from '../../shared/initial-state-of-page.js';
import { byFallback, type measures } from '../filters/filter-fields.js';
import type { RunColumns, ListedRun as SelectedRun } from '../operations.js';
import { StatusMark } from '../run-status.js';
import { type Scope, scopeOf } from '../scope/scope-params.js';
import { ShortId } from '../short-id.js';
import { Members } from './members.js';
import { firstMembers } from './response-members.js';

/** A run with the fields of the chosen columns. */
export type ListedRun = SelectedRun & Partial<RunColumns> & { readonly model?: string | null };

/** A run with its position in the list. Runs that arrived since the list was read have none. */
export type PlacedRun = ListedRun & { readonly cursor?: string | undefined };

export interface Column {
  readonly name: string;
  readonly title: string;
  /** The part of the fragment `RunColumns` that the column needs. */
  readonly fields: string;
  /** The width in rem. Columns with 0 share the remaining space. */
  readonly width: number;
  readonly isNumber?: boolean;
  /** The unit of the values, which the list shows with each of them. */
  readonly unit?: string;
  /** Whether the column shows payload, which may not be visible. */
  readonly isPayload?: boolean;
  /** The API's order by this column, without the direction. */
  readonly order?: string;
  readonly render: (run: ListedRun) => React.ReactNode;
  /** Returns the value for programs, such as a spreadsheet. By default, this is the text that the column shows. */
  readonly value?: (run: ListedRun) => string | number | null | undefined;
  /**
   * Returns the parameter and value of the filter that selects the runs with the same value, or `undefined` without
   * one.
   */
  readonly filter?: (run: ListedRun, scope: Scope | undefined) => ValueFilter | undefined;
}

export interface ValueFilter {
  readonly param: string;
  readonly value: string;
  /** The parameter that limits a number from above. */
  readonly maxParam?: string;
}

const columns: readonly Column[] = [
  {
    name: 'status',
    title: 'Status',
    fields: '',
    width: 6.75,
    render: (run) => <StatusMark {...run} />,
    value: ({ isError }) => (isError ? 'failed' : 'succeeded'),
    filter: ({ isError, usedFallbackModel }) => ({
      param: 'status',
      value: isError ? 'FAIL' : usedFallbackModel ? byFallback : 'SUCCESS',
    }),
  },
  {
    name: 'created',
    title: 'Created',
    fields: '',
    width: 8.75,
    order: 'CREATED',
    render: ({ created }) => (
      <time dateTime={created} title={`${created}, ${formatAge(created)}`}>
        {formatRowTime(created)}
      </time>
    ),
    value: ({ created }) => created,
  },
  {
    ...text('project', 'Project', 'project { name }', 7.5, (run) => run.project?.name ?? shortId(run.projectId)),
    filter: ({ projectId }) => ({ param: 'in-project', value: projectId }),
  },
  {
    ...text('task', 'Task', 'task { name }', 9, (run) => run.task?.name ?? shortId(run.taskId)),
    filter: ({ taskId }, scope) => ({ param: scope?.projectId === null ? 'in-task' : 'task', value: taskId }),
  },
  {
    name: 'response',
    title: 'Response',
    fields: 'responsePreview(length: 400) failureMessage failure',
    width: 0,
    isPayload: true,
    render: renderResponse,
    value: ({ failureMessage, responsePreview }) => failureMessage ?? responsePreview,
    filter: ({ failure }) => (failure ? { param: 'failure', value: failure } : undefined),
  },
  {
    name: 'submitted',
    title: 'Submitted',
    fields: 'submittedPreview(length: 160)',
    width: 0,
    isPayload: true,
    render: (run) => run.submittedPreview,
  },
  { ...measure('seconds', 'LLM call', 'llmCallTiming', 5.75, durationOf('llmCallTiming')), unit: 'seconds' },
  measure('tokens', 'Tokens', 'totalTokens', 5.75, (run) => formatCount(run.totalTokens ?? '')),
  measure('credits', 'Credits', 'chargedCredits', 7, ({ chargedCredits }) =>
    chargedCredits == null ? null : <Credits credits={chargedCredits} />,
  ),
  measure('retries', 'Retries', 'llmRetries', 5, (run) => run.llmRetries),
  filtered('reason', 'Primary failure', 'primaryFailureReason', 10, (run) => run.primaryFailureReason),
  filtered('reference', 'Reference', 'reference', 7.5, (run) => run.reference),
  filtered('context', 'Context', 'contextId', 9, (run) => run.contextId),
  named('group', 'Group', 'reportingGroup { id name }', 8, (run) => run.reportingGroup),
  {
    ...text('files', 'Files', 'files { name }', 4, (run) => run.files?.length || ''),
    isNumber: true,
    isPayload: true,
    value: (run) => run.files?.length ?? 0,
    filter: ({ files }) => ({ param: 'files', value: String((files?.length ?? 0) > 0) }),
  },
  number('input-tokens', 'Tokens in', 'inputTokens', 6, (run) => formatCount(run.inputTokens ?? '')),
  number('output-tokens', 'Tokens out', 'outputTokens', 6, (run) => formatCount(run.outputTokens ?? '')),
  {
    ...number('input-seconds', 'Input processors', 'inputProcessorTiming', 8, durationOf('inputProcessorTiming')),
    unit: 'seconds',
  },
  named('revision', 'Revision', 'taskRevision { id name }', 10, (run) => run.taskRevision),
  named('user', 'User', 'user { id name }', 10, (run) => run.user),
  ...(initialState.hasModels === true ? [filtered('model', 'Model', 'model', 9, (run) => run.model)] : []),
  {
    ...text('id', 'Id', '', 10, ({ id }) => <ShortId id={id} label="id" />),
    value: ({ id }) => id,
  },
];

function text(name: string, title: string, fields: string, width: number, render: Column['render']): Column {
  return { name, title, fields, width, render };
}

/** Shows the message of a failure, or the first members of a response. */
function renderResponse({ isError, failureMessage, responsePreview }: ListedRun): React.ReactNode {
  const preview = responsePreview ?? '';
  if (isError) {
    return (
      <span className="failure-text problem" title={failureMessage ?? preview}>
        {failureMessage ?? (preview || 'No message')}
      </span>
    );
  }
  const members = firstMembers(preview);
  return members === undefined ? responsePreview : <Members members={members} title={preview} />;
}

/** Selects values at paths of the response, under the names `value0`, `value1`, … */
function atPaths(column: Column, paths: readonly string[]): Column {
  if (paths.length === 0) return column;
  const fields = paths.map((path, index) => `value${index}: response(path: ${JSON.stringify(path)})`);
  return {
    ...column,
    fields: [column.fields, ...fields].join(' '),
    render(run) {
      const values = run as Readonly<Record<string, unknown>>;
      const members = paths.flatMap((path, index) => {
        const value = values[`value${index}`];
        const name = path.slice(path.lastIndexOf('/') + 1);
        return value == null ? [] : [{ name, text: textOf(value) }];
      });
      if (run.isError || members.length === 0) return renderResponse(run);
      return <Members members={members} title={run.responsePreview ?? ''} />;
    },
    value(run) {
      const values = run as Readonly<Record<string, unknown>>;
      return paths.map((_path, index) => textOf(values[`value${index}`])).join(' · ');
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

type Read<Value> = (run: ListedRun) => Value | null | undefined;

/** Returns a text column with a filter for its values. */
function filtered(name: string, title: string, fields: string, width: number, read: Read<string>): Column {
  return {
    ...text(name, title, fields, width, read),
    filter(run) {
      const value = read(run);
      return value ? { param: name, value } : undefined;
    },
  };
}

/** Returns a column for something that is filtered by its id. */
function named(
  name: string,
  title: string,
  fields: string,
  width: number,
  read: Read<{ readonly id: string; readonly name: string | null }>,
): Column {
  return {
    ...text(name, title, fields, width, (run) => {
      const found = read(run);
      return found && (found.name ?? shortId(found.id));
    }),
    filter(run) {
      const id = read(run)?.id;
      return id === undefined ? undefined : { param: name, value: id };
    },
  };
}

type NumberField =
  | 'llmCallTiming'
  | 'totalTokens'
  | 'chargedCredits'
  | 'llmRetries'
  | 'inputTokens'
  | 'outputTokens'
  | 'inputProcessorTiming';

function number(name: string, title: string, fields: NumberField, width: number, render: Column['render']): Column {
  const value = (run: ListedRun) => run[fields];
  return { name, title, fields, width, render, value, isNumber: true };
}

/** Returns a number column by which lists can be ordered, and which has a lower and an upper limit as filters. */
function measure(
  name: (typeof measures)[number],
  title: string,
  fields: NumberField,
  width: number,
  render: Column['render'],
): Column {
  return {
    ...number(name, title, fields, width, render),
    order: fields.replace(/[A-Z]/g, '_$&').toUpperCase(),
    filter(run) {
      const value = run[fields];
      return value == null ? undefined : { param: `min-${name}`, maxParam: `max-${name}`, value: String(value) };
    },
  };
}

function durationOf(field: 'llmCallTiming' | 'inputProcessorTiming'): Column['render'] {
  return (run) => {
    const seconds = run[field];
    return seconds == null ? null : <Duration seconds={seconds} />;
  };
}

/** Returns the initial columns. In an organization, the project replaces the credits. */
function defaultNames(scope: Scope | undefined): readonly string[] {
  const inOrganization = ['status', 'created', 'project', 'task', 'response', 'seconds', 'tokens', 'reference'];
  if (isOpenIn(scope, 'project')) return inOrganization;
  const inProject = ['status', 'created', 'task', 'response', 'seconds', 'tokens', 'credits', 'reference'];
  return inProject.filter((name) => isOpenIn(scope, name));
}

/** The columns that take the room of the response where payload is not visible. */
const usageNames: readonly string[] = ['model', 'user'];

/**
 * Returns the columns in the URL, in the order of the table.
 * @param hasPayload whether payload of any run is visible. Without it, its columns are left out.
 */
export function columnsOf(params: URLSearchParams, hasPayload: boolean): readonly Column[] {
  const defaults = [...defaultNames(scopeOf(params)), ...(hasPayload ? [] : usageNames)];
  const names = params.get('columns')?.split(',') ?? defaults;
  const paths = params.getAll('show');
  // This column is always shown, because it contains the link.
  const shown = offeredColumns(hasPayload).filter(({ name }) => name === 'created' || names.includes(name));
  if (!hasPayload) return shown.map((column) => (usageNames.includes(column.name) ? { ...column, width: 0 } : column));
  return shown.map((column) => (column.name === 'response' ? atPaths(column, paths) : column));
}

/** Returns the columns that a list can show. */
export function offeredColumns(hasPayload: boolean): readonly Column[] {
  return columns.filter(({ isPayload = false }) => hasPayload || !isPayload);
}

/** Returns whether runs of a scope can differ in a column. Until it is known, the scope is an organization. */
function isOpenIn(scope: Scope | undefined, name: string): boolean {
  if (name === 'project') return (scope?.projectId ?? null) === null;
  return name !== 'task' || !scope?.taskId;
}

/** The width of the checkboxes, in rem. */
export const selectWidth = 2.25;
/** The minimum widths of a column that takes the remaining space: normally, and if space is short. */
const [flexibleWidth, minFlexibleWidth] = [12, 8];

/** Returns the width in rem below which the table scrolls. */
export function minWidthOf(shown: readonly Column[]): number {
  return shown.reduce((sum, { width }) => sum + (width || flexibleWidth), selectWidth);
}

/** Returns the columns that fit into a width. Others are removed from the right. */
export function fittingColumns(all: readonly Column[], widthInRem: number): readonly Column[] {
  let left = widthInRem - selectWidth;
  const overflowing = all.findIndex(({ width }) => {
    left -= width || minFlexibleWidth;
    return left < 0;
  });
  if (overflowing === -1) return all;
  // Keeps the column with the link.
  return all.slice(0, Math.max(overflowing, all.findIndex(({ name }) => name === 'created') + 1));
}

/** Columns that a table for people always contains. */
const columnsForPeople: readonly Column[] = [
  ...columns.filter(({ name }) => ['project', 'task', 'credits'].includes(name)),
  { ...text('failure', 'Kind of failure', 'failure', 0, (run) => run.failure), isPayload: true },
  { ...text('message', 'Message', 'failureMessage', 0, (run) => run.failureMessage), isPayload: true },
];

/** The columns that a spreadsheet has on request. */
const furtherColumns = columns.filter(({ name }) => ['user', 'model', 'group'].includes(name));

/** Returns the names and titles of the columns that can be added to a spreadsheet of a list. */
export function furtherTableColumns(shown: readonly Column[]): readonly (readonly [name: string, title: string])[] {
  return furtherColumns.flatMap(({ name, title }) =>
    shown.some((column) => column.name === name) ? [] : [[name, title] as const],
  );
}

/**
 * Returns the columns of a list, plus the task, credits, the kind of failure and its message. In an organization, also adds
 * the project.
 * @param further the names of other columns to add
 */
export function withColumnsForPeople(
  shown: readonly Column[],
  scope: Scope,
  hasPayload: boolean,
  further: readonly string[],
): readonly Column[] {
  const added = furtherColumns.filter(({ name }) => further.includes(name));
  const missing = [...added, ...columnsForPeople].filter(
    ({ name }) => !shown.some((column) => column.name === name) && (name !== 'project' || isOpenIn(scope, name)),
  );
  return [...shown, ...missing].filter(({ isPayload = false }) => hasPayload || !isPayload);
}

/** Returns the value of the `columns` parameter. If a name is given, that column is added or removed. */
export function toggledColumns(selected: readonly Column[], name?: string): string {
  const names = selected.map((column) => column.name);
  if (name === undefined) return names.join(',');
  const next = names.includes(name) ? names.filter((selectedName) => selectedName !== name) : [...names, name];
  return next.join(',');
}
