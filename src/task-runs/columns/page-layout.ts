// The layouts in which statements read a page's runs: all as one text, or run by run if their JSON is too large for
// that.

import type { ByteBudget } from '../../admission/byte-budget.js';
import { column, columnList, columnsOfRow, type Fragment, over, raw, sql, textOf } from '../../database/fragment.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import { jsonBytesOf, omitJson } from './columnar-run.js';
import { FieldGroup, type FieldGroups, type RunSelection, sizedPreview } from './field-groups.js';
import { storedColumns, toPointerParameter } from './json-pointer.js';
import { hasPayload, maskedColumns, maskedRunRows, runRows, withheldColumn } from './payload.js';
import { includesJson, joinedProjection, readsJson, singleProjection } from './projection.js';
import type { ProjectionOptions } from './projection-parts.js';
import type { TaskRunRecord } from './records.js';

/**
 * The layout of a page. `joined` returns all runs in one text, or no runs if their JSON exceeds `maxBytes`. `single`
 * returns run by run, without the fields beyond `maxBytes`.
 */
export interface PageLayout {
  readonly runs: 'joined' | 'single';
  readonly maxBytes: number;
}

/** Returns the joined layout. JSON that is only inspected does not count towards the limit. */
export function joinedLayout(selection: RunSelection, maxBytes: number): PageLayout {
  return { runs: 'joined', maxBytes: includesJson(selection) ? maxBytes : Number.MAX_SAFE_INTEGER };
}

/** The projection of a statement that reads a page. */
export interface PageProjection {
  /** SQL for the columns of `read_run`, over a row `run` of {@link joinRunOf}. */
  readonly columns: string;
  /** The query over `read_run`, without its WHERE. */
  readonly query: Fragment;
  /** SQL for the byte size of the JSON read from a row `run`, or null if no JSON is read. */
  readonly jsonBytes: string | null;
  /** SQL for the layout's byte limit. */
  readonly maxBytes: string;
}

interface PageOptions extends Pick<ProjectionOptions, 'includesTaskId'> {
  /** Length of previews. If omitted, it is passed as a parameter. */
  readonly previewLength?: Fragment;
  /** Whether the rows `run` are those of {@link joinRunOf} whose payload may be withheld. */
  readonly isMasked?: boolean;
  /** Columns that the statement adds to `read_run` and returns with each run. */
  readonly facts?: readonly string[];
}

/**
 * Returns the projection of a statement that reads a page, and adds its parameters.
 * @param maxBytes SQL for the layout's byte limit; by default a parameter if JSON is read
 */
export function toPageProjection(
  { fieldGroups, previewLength = 0, pointers }: RunSelection,
  { runs: layout, maxBytes: bytes }: PageLayout,
  add: SqlParameters['add'],
  { isMasked = false, facts = [], ...options }: PageOptions = {},
  maxBytes: string = readsJson({ fieldGroups, pointers }) ? hideFromPlanner(add(bytes, 'bigint')) : '0',
): PageProjection {
  const parameter = toPointerParameter(pointers);
  const hasModel = pointers.some(({ isModel }) => isModel);
  const projected: ProjectionOptions = {
    fieldGroups,
    pointers: parameter === null ? null : raw(hideFromPlanner(add(parameter, 'jsonb'))),
    hasModel,
    isMasked: isMasked && hasModel,
    previewLength:
      options.previewLength ??
      (fieldGroups & sizedPreview ? raw(hideFromPlanner(add(previewLength, 'integer'))) : null),
    ...(options.includesTaskId && { includesTaskId: true }),
    returnedFacts: isMasked ? [...facts, withheldColumn] : facts,
    ...(isMasked && { isSelected: isVisiblePart }),
  };
  const { columns, jsonBytes, queryOver } =
    layout === 'joined' ? joinedProjection(projected) : singleProjection(projected, maxBytes);
  const maskNames = isMasked ? [withheldColumn, ...(hasModel ? Object.values(storedColumns) : [])] : [];
  const rows = isMasked ? maskedRunRows : runRows;
  return {
    columns: textOf(over([rows], columnList([...columns, ...columnsOfRow('run', maskNames)]))),
    query: queryOver('read_run', [...facts, ...maskNames]),
    jsonBytes: jsonBytes && textOf(over([rows], jsonBytes)),
    maxBytes,
  };
}

/** Returns SQL for whether field groups are read from a row whose payload may be withheld. */
function isVisiblePart(groups: FieldGroups): Fragment {
  return hasPayload(groups) ? sql`NOT ${column('run', withheldColumn)}` : raw('true');
}

/**
 * Returns SQL that joins the run with the id in a row. OFFSET 0 forces look-ups one by one, regardless of estimates.
 * @param seesPayload SQL over `task_run`; payload is null if it is false. Omitted if the caller sees all payload
 */
export function joinRunOf(row: string, seesPayload: string | null = null): string {
  const columns = seesPayload === null ? '*' : maskedColumns(seesPayload);
  return `CROSS JOIN LATERAL (SELECT ${columns} FROM task_run WHERE task_run.id = ${row}.id OFFSET 0) AS run`;
}

/** Returns SQL for the runs at the positions that `positions` selects, in the same order. */
export function runsAtPositions(
  positions: string,
  { columns }: PageProjection,
  seesPayload: string | null = null,
): string {
  return `page_row AS MATERIALIZED (${positions}), read_run AS MATERIALIZED (
  SELECT ${columns}
  FROM page_row ${joinRunOf('page_row', seesPayload)}
)`;
}

/** Returns the query over `read_run`, which returns no row if a joined page's JSON exceeds the limit of its layout. */
export function withinBytes({ query, jsonBytes, maxBytes }: PageProjection, { runs }: PageLayout): Fragment {
  if (jsonBytes === null || runs === 'single') return query;
  // Evaluated before any JSON is read, because the condition is the same for all rows.
  return sql`${query} HAVING (SELECT coalesce(sum(${jsonBytes}), 0) FROM read_run AS run) <= ${maxBytes}`;
}

interface Reading<Result> {
  /** The result in the `joined` layout, or null if its JSON is too large. */
  readonly joined: Result | null;
  /** Byte size of the JSON that is too large; omitted if unknown. */
  readonly bytes?: number;
  /** Reads the result with as much of its JSON as `maxBytes` allows. */
  readonly readLarge: (maxBytes: number) => Promise<Result>;
  readonly runsOf: (result: Result) => readonly TaskRunRecord[];
}

/**
 * Counts a result's JSON, and omits what exceeds the budget. A result that is too large is read separately, once memory
 * is available. Results passed in the same tick that are not too large are counted first.
 */
export function readWithinBudget<Result>(
  budget: ByteBudget,
  { joined, bytes = budget.remainingBytes, readLarge, runsOf }: Reading<Result>,
): Result | Promise<Result> {
  if (joined === null) return budget.readSerially(bytes, readLarge, (result) => totalJsonBytes(runsOf(result)));
  enforceByteBudget(budget, runsOf(joined));
  return joined;
}

/** Counts the JSON of runs, and omits what exceeds the budget. */
export function enforceByteBudget(budget: ByteBudget, runs: readonly TaskRunRecord[]): void {
  for (const run of runs) if (!budget.tryReserve(jsonBytesOf(run))) omitJson(run);
}

export function totalJsonBytes(runs: readonly TaskRunRecord[]): number {
  return runs.reduce((sum, run) => sum + jsonBytesOf(run), 0);
}

/**
 * Removes relations from a selection. If runs are read one by one, loaders read the relations of all of them together.
 */
export function withoutRelations(selection: RunSelection): RunSelection {
  const { fieldGroups } = selection;
  return { ...selection, fieldGroups: fieldGroups & ~(FieldGroup.reportingGroup | FieldGroup.files) };
}
