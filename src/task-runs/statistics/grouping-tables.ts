// SQL for groupings. Each grouping is a table of its sets with their figures, and each set has its id and its parent's.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { isBuckets, isJson, keyOrder, sameInDimension, valueAsText } from './dimensions.js';
import type { Grouping } from './groupings.js';
import { combinedColumns, figuresJson, type Measure, measureOrder, percentilesOf } from './measures.js';
import type { Keys, Partials } from './partials.js';
import { isByGrowth, measureOf, type Split } from './splits.js';

/** Id of the set that contains all runs. */
export const rootId = 0;

export type SplitGrouping = Grouping & { readonly parent: Grouping; readonly split: Split };

export const isSplit = (grouping: Grouping): grouping is SplitGrouping => grouping.split !== null;

export const tableOf = ({ index }: Grouping) => `set${index}`;

/** Returns the grouping and its ancestors, outermost first, without the root. */
function pathOf(grouping: Grouping): SplitGrouping[] {
  return isSplit(grouping) ? [...pathOf(grouping.parent), grouping] : [];
}

/** Returns SQL for the id of a row's set, once {@link joinSets} has joined it. */
const idIn = (grouping: Grouping) => (isSplit(grouping) ? `${tableOf(grouping)}.id` : String(rootId));

/** Returns SQL that joins rows with their sets. Rows without sets are dropped, or kept if `kind` is LEFT. */
function joinSets(groupings: readonly Grouping[], row: string, keys: Keys, kind: '' | 'LEFT ' = ''): string {
  const joined = [...new Set(groupings.flatMap(pathOf))].sort((one, other) => one.index - other.index);
  return joined
    .map((grouping) => {
      const table = tableOf(grouping);
      const isPart = isSplit(grouping.parent) ? `${table}.parent = ${idIn(grouping.parent)} AND ` : '';
      const { dimension } = grouping.split;
      return ` ${kind}JOIN ${table} ON ${isPart}${sameInDimension(dimension, `${table}.key`, `${row}.${keys.key(dimension)}`)}`;
    })
    .join('');
}

interface TableOptions {
  /** SQL for a FROM clause: rows as `partial`. */
  readonly partials: string;
  readonly keys: Keys;
  readonly measures: readonly Measure[];
  /** The parts of the previous period, or null if no order compares with it. */
  readonly previous: Pick<Partials, 'partials' | 'keys'> | null;
  /** Maximum number of sets, beyond which they are cut off. */
  readonly maxSets: number;
  readonly add: SqlParameters['add'];
}

/** Returns SQL for a grouping's common table expression. */
export function groupingTable(grouping: Grouping, options: TableOptions): string {
  const { partials, measures, maxSets, add } = options;
  const figures = combinedColumns(measures).join(', ');
  const header = `${tableOf(grouping)} AS MATERIALIZED`;
  if (!isSplit(grouping)) return `${header} (SELECT ${rootId} AS id, ${figures} FROM ${partials})`;
  const { parent, split, index } = grouping;
  const { dimension } = split;
  const isGrowth = isByGrowth(split);
  const combined = isGrowth ? setsWithGrowth(grouping, options) : combinedSets(grouping, options);
  const limit = (sets: number) => ` LIMIT ${add(sets, 'integer')}`;
  const columns = { key: 'combined.key', text: 'combined.text' };
  const order = isBuckets(dimension)
    ? columns.key
    : `${isGrowth ? 'combined.growth DESC' : measureOrder(measureOf(split.top ?? { orderBy: 'RUNS_DESC' }))}, ${keyOrder(dimension, columns)}`;
  const first = split.top?.first ?? maxSets;
  const isTopOfEach = split.top != null && isSplit(parent);
  const kept = isTopOfEach
    ? `(SELECT * FROM (SELECT row_number() OVER (PARTITION BY combined.parent ORDER BY ${order}) AS rank, combined.* FROM ${combined}) AS ranked WHERE rank <= ${add(first, 'integer')}${limit(maxSets)}) AS combined`
    : `(SELECT * FROM ${combined} ORDER BY ${order}${limit(first)}) AS combined`;
  return `${header} (SELECT ${index * (maxSets + 1)} + row_number() OVER (ORDER BY ${order}) AS id, combined.* FROM ${kept})`;
}

/** Returns SQL for a FROM clause: a grouping's sets as `combined`, with figures, key and parent id. */
function combinedSets(
  { parent, split: { dimension } }: SplitGrouping,
  { partials, keys, measures }: TableOptions,
): string {
  const key = `partial.${keys.key(dimension)}`;
  const text = isJson(dimension) ? `partial.${keys.text(dimension)}` : 'NULL';
  // With a single dimension, every partial is one group.
  if (!isBuckets(dimension) && !isJson(dimension) && keys.dimensions.length === 1) {
    return `(SELECT ${rootId} AS parent, ${key} AS key, NULL AS text, partial.* FROM ${partials}) AS combined`;
  }
  const where = isBuckets(dimension) ? ` WHERE ${key} IS NOT NULL` : '';
  const parentId = idIn(parent);
  const groupBy = [...(isSplit(parent) ? [parentId] : []), key].join(', ');
  const columns = [`${parentId} AS parent`, `${key} AS key`, `min(${text}) AS text`, ...combinedColumns(measures)];
  return `(SELECT ${columns.join(', ')} FROM ${partials}${joinSets([parent], 'partial', keys)}${where} GROUP BY ${groupBy}) AS combined`;
}

/** Returns the same SQL with the additional column `growth`: the number of runs minus that of the previous period. */
function setsWithGrowth(grouping: SplitGrouping, options: TableOptions): string {
  const { partials, keys } = options.previous!;
  const { parent, split } = grouping;
  const [parentId, key] = [idIn(parent), `partial.${keys.key(split.dimension)}`];
  const groupBy = [...(isSplit(parent) ? [parentId] : []), key].join(', ');
  const before = `SELECT ${parentId} AS parent, ${key} AS key, sum(partial."runs") AS runs FROM ${partials}${joinSets([parent], 'partial', keys)} GROUP BY ${groupBy}`;
  const isSame = `before.parent = combined.parent AND ${sameInDimension(split.dimension, 'before.key', 'combined.key')}`;
  return `(SELECT combined.*, combined."runs" - coalesce(before.runs, 0) AS growth FROM ${combinedSets(grouping, options)} LEFT JOIN (${before}) AS before ON ${isSame}) AS combined`;
}

/** A set in the statement's result. */
export interface SetRow {
  readonly id: number;
  readonly parent: number;
  /** An id, a string or the text of a JSON value. For a bucket, its start and, with labels, a space and its label. */
  readonly value: string | null;
  /** JSON text, or `!` and its length in bytes if it was omitted. */
  readonly json?: string;
}

/**
 * Returns SQL for a grouping's sets with their figures, in order, as JSON. @param maxBytes byte limit for JSON values
 */
export function groupingSetsJson(
  grouping: Grouping,
  {
    measures,
    hasLabels,
    maxBytes,
    add,
  }: Pick<TableOptions, 'measures' | 'add'> & {
    readonly hasLabels: boolean;
    readonly maxBytes: number;
  },
): string {
  const pairs = [`'id', combined.id`, `'figures', ${figuresJson(measures)}`];
  if (isSplit(grouping)) {
    const { dimension } = grouping.split;
    const columns = { key: 'combined.key', text: 'combined.text' };
    pairs.push(`'parent', combined.parent`, `'value', ${valueAsText(dimension, columns, { hasLabels, add })}`);
    if (grouping.hasJson && isJson(dimension)) pairs.push(`'json', combined.json`);
  }
  return `(SELECT json_agg(json_build_object(${pairs.join(', ')}) ORDER BY combined.id) FROM ${withJson(grouping, maxBytes, add)} AS combined)`;
}

/** Returns SQL for a FROM clause: a grouping's table, with the selected JSON of its sets. */
function withJson(grouping: Grouping, maxBytes: number, add: TableOptions['add']): string {
  const table = tableOf(grouping);
  if (!isSplit(grouping) || !grouping.hasJson || !isJson(grouping.split.dimension)) return table;
  const bytes = `octet_length(${table}.text)`;
  return `(
    SELECT ${table}.*, CASE WHEN sum(${bytes}) OVER (ORDER BY ${table}.id) <= ${add(maxBytes, 'integer')} THEN ${table}.text ELSE '!' || ${bytes} END AS json
    FROM ${table}
  )`;
}

/** Returns SQL for the figures of the same sets over other rows, as a JSON array. */
export function previousSetsJson(
  grouping: Grouping,
  { partials, keys }: Partials,
  measures: readonly Measure[],
): string {
  const id = idIn(grouping);
  const groupBy = isSplit(grouping) ? ` GROUP BY ${id}` : '';
  const combined = `SELECT ${id} AS id, ${combinedColumns(measures).join(', ')} FROM ${partials}${joinSets([grouping], 'partial', keys)}${groupBy}`;
  return `(SELECT json_agg(json_build_object('id', combined.id, 'figures', ${figuresJson(measures)})) FROM (${combined}) AS combined)`;
}

/** Returns SQL for the percentiles of sets, as a JSON array. Percentiles cannot be summed up, so this sorts runs. */
export function percentilesJson(
  timed: readonly Grouping[],
  { partials, runsWithKeys, keys, timings }: Partials,
): string {
  if (timings.size === 0) return 'NULL';
  const array = (query: string) => `(SELECT json_agg(timed) FROM (${query}) AS timed WHERE timed.id IS NOT NULL)`;
  if (keys.dimensions.length === 0) {
    const columns = [...timings].map((timing) => `partial."${timing}"`);
    return array(`SELECT ${[`${rootId} AS id`, ...columns].join(', ')} FROM ${partials}`);
  }
  const splits = timed.filter(isSplit);
  const isWhole = splits.length < timed.length;
  const ids = splits.map(idIn);
  // Without GROUPING SETS, which a single set does not need, the planner may use parallelism.
  const isSingle = timed.length === 1;
  const id = isSingle
    ? idIn(timed[0]!)
    : `CASE ${ids.map((splitId) => `WHEN GROUPING(${splitId}) = 0 THEN ${splitId}`).join(' ')} ELSE ${rootId} END`;
  const joins = joinSets(splits, 'run', keys, isSingle ? '' : 'LEFT ');
  const where = isSingle || isWhole ? '' : ` WHERE ${ids.map((splitId) => `${splitId} IS NOT NULL`).join(' OR ')}`;
  const sets = [...ids.map((splitId) => `(${splitId})`), ...(isWhole ? ['()'] : [])].join(', ');
  const groupBy = isSingle ? (isWhole ? '' : ` GROUP BY ${id}`) : ` GROUP BY GROUPING SETS (${sets})`;
  const columns = [`${id} AS id`, ...percentilesOf(timings)].join(', ');
  return array(`SELECT ${columns} FROM ${runsWithKeys()}${joins}${where}${groupBy}`);
}
