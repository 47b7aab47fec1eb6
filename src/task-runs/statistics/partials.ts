// Scans a period's visible runs once for statistics, and computes figures for each combination of keys that occurs.

import type { SqlParameters } from '../../database/sql-parameters.js';
import type { ScopeProjects } from '../visibility/filter-row.js';
import type { RunRange } from '../visibility/visible-runs.js';
import { slotWithin, startOfBucket } from './buckets.js';
import {
  type Dimension,
  dimensionName,
  indexedValuesOf,
  isBuckets,
  isJson,
  joinProjects,
  valueInDimension,
} from './dimensions.js';
import { joinValues } from './indexed-values.js';
import { type Measure, partialColumns, percentilesOf, type Timing } from './measures.js';

/** Numbers distinct dimensions to name their columns. */
export class Keys {
  readonly #numbers = new Map<string, number>();
  readonly #dimensions: Dimension[] = [];

  constructor(dimensions: Iterable<Dimension>) {
    for (const dimension of dimensions) {
      const name = dimensionName(dimension);
      if (this.#numbers.has(name)) continue;
      this.#numbers.set(name, this.#dimensions.length);
      this.#dimensions.push(dimension);
    }
  }

  get dimensions(): readonly Dimension[] {
    return this.#dimensions;
  }

  /** Returns the column with a dimension's values. */
  key(dimension: Dimension): string {
    return `key${this.#numbers.get(dimensionName(dimension))}`;
  }

  /** Returns the column with a JSON dimension's text. */
  text(dimension: Dimension): string {
    return `text${this.#numbers.get(dimensionName(dimension))}`;
  }
}

interface PartialsOptions {
  /** Name of the table. */
  readonly name: string;
  readonly keys: Keys;
  readonly measures: readonly Measure[];
  /** Timings with selected percentiles. */
  readonly timings: ReadonlySet<Timing>;
  readonly add: SqlParameters['add'];
  readonly projects: ScopeProjects;
  /** Range of the runs if an index finds them, or null if they are read from the table. */
  readonly range: RunRange | null;
}

export interface Partials {
  /** SQL for the common table expression. */
  readonly table: string;
  /** SQL for a FROM clause: figures for each combination of keys that occurs, as `partial`. */
  readonly partials: string;
  /**
   * Returns SQL for a FROM clause: the runs as `run`, with their keys. Called only when used, because it adds
   * parameters.
   */
  runsWithKeys(): string;
  readonly keys: Keys;
  readonly timings: ReadonlySet<Timing>;
}

/** @param visible SQL for a FROM clause: the visible runs as `run` */
export function composePartials(
  visible: string,
  { name, keys, measures, timings, add, projects, range }: PartialsOptions,
): Partials {
  const { dimensions } = keys;
  const joined = range === null ? [] : indexedValuesOf(dimensions);
  const runs = `${visible}${joinProjects(dimensions, projects, add)}${range === null ? '' : joinValues(joined, range)}`;
  // Calendar arithmetic is slow, so it is done per hour instead of per run. Many other keys would result in too many
  // hourly parts.
  const buckets = dimensions.filter(isBuckets);
  const others = dimensions.filter((dimension) => !isBuckets(dimension));
  const hasSlots = buckets.length > 0 && others.length <= 1;
  const slot = hasSlots ? [`${slotWithin(buckets, add)} AS slot`] : [];
  // Grouping text is faster than grouping JSON. Equal values may be written differently, and are combined afterwards.
  const groupColumn = (dimension: Dimension) =>
    isJson(dimension)
      ? `(${valueInDimension(dimension, add, joined)})::text COLLATE "C" AS ${keys.text(dimension)}`
      : `${valueInDimension(dimension, add, joined)} AS ${keys.key(dimension)}`;
  const groupColumns = [...(hasSlots ? others : dimensions).map(groupColumn), ...slot];
  const groupBy = groupColumns.length === 0 ? '' : ` GROUP BY ${groupColumns.map((_, index) => index + 1).join(', ')}`;
  // Without dimensions there is a single part, which includes the percentiles.
  const percentiles = dimensions.length === 0 ? percentilesOf(timings) : [];
  const columns = [...groupColumns, ...partialColumns(measures), ...percentiles];
  const derived = [
    ...others.filter(isJson).map((dimension) => `part.${keys.text(dimension)}::jsonb AS ${keys.key(dimension)}`),
    ...(hasSlots
      ? buckets.map((dimension) => `${startOfBucket(dimension, 'part.slot', add)} AS ${keys.key(dimension)}`)
      : []),
  ];
  return {
    table: `${name} AS MATERIALIZED (SELECT ${columns.join(', ')} FROM ${runs}${groupBy})`,
    partials:
      derived.length === 0
        ? `${name} AS partial`
        : `(SELECT ${[...derived, 'part.*'].join(', ')} FROM ${name} AS part) AS partial`,
    runsWithKeys() {
      const values = (hasSlots ? others : dimensions).map(
        (dimension) => `${valueInDimension(dimension, add, joined)} AS ${keys.key(dimension)}, `,
      );
      if (!hasSlots) return `(SELECT ${values.join('')}run.* FROM ${runs}) AS run`;
      const starts = buckets.map((dimension) => `${startOfBucket(dimension, 'slot', add)} AS ${keys.key(dimension)}`);
      const bucket = `(SELECT DISTINCT slot, ${starts.join(', ')} FROM ${name}) AS bucket`;
      const found = buckets.map((dimension) => `bucket.${keys.key(dimension)}, `);
      return `(SELECT ${[...values, ...found].join('')}run.* FROM ${runs} LEFT JOIN ${bucket} ON bucket.slot = ${slotWithin(buckets, add)}) AS run`;
    },
    keys,
    timings,
  };
}
