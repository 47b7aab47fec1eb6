// How the visible runs of a period are scanned for statistics: once, into figures for each combination of keys that occurs.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { slotWithin, startOfBucket } from './buckets.js';
import { type Dimension, dimensionName, isBuckets, isJson, valueInDimension, varyingText } from './dimensions.js';
import { type Measure, partialColumns, percentilesOf, type Timing } from './measures.js';

/** Different dimensions, each with a number of its own: that of its columns. */
export class Keys {
  readonly #numbers = new Map<string, number>();
  readonly #dimensions: Dimension[] = [];

  constructor(dimensions: Iterable<Dimension>) {
    for (const each of dimensions) {
      const name = dimensionName(each);
      if (this.#numbers.has(name)) continue;
      this.#numbers.set(name, this.#dimensions.length);
      this.#dimensions.push(each);
    }
  }

  get dimensions(): readonly Dimension[] {
    return this.#dimensions;
  }

  /** The column of values in a dimension. */
  key(dimension: Dimension): string {
    return `key${this.#numbers.get(dimensionName(dimension))}`;
  }

  /** The column of the least text of a JSON value. */
  text(dimension: Dimension): string {
    return `text${this.#numbers.get(dimensionName(dimension))}`;
  }
}

interface PartialsOptions {
  /** Of the table. */
  readonly name: string;
  readonly keys: Keys;
  readonly measures: readonly Measure[];
  /** Timings whose percentiles are selected. */
  readonly timings: ReadonlySet<Timing>;
  readonly add: SqlParameters['add'];
}

export interface Partials {
  /** SQL: the common table expression. */
  readonly table: string;
  /** SQL for a FROM clause: as `partial`, the runs' figures for each combination of keys that occurs. */
  readonly partials: string;
  /** SQL for a FROM clause: the runs as `run`, with their keys. What is not used must not be composed: it has parameters. */
  runsWithKeys(): string;
  readonly keys: Keys;
  readonly timings: ReadonlySet<Timing>;
}

/** @param runs SQL for a FROM clause: the visible runs as `run` */
export function composePartials(runs: string, { name, keys, measures, timings, add }: PartialsOptions): Partials {
  const { dimensions } = keys;
  const withKeys = (selected: readonly Dimension[]) => {
    const values = selected.map((each) => `${valueInDimension(each, add)} AS ${keys.key(each)}, `);
    return `(SELECT ${values.join('')}run.* FROM ${runs}) AS run`;
  };
  const table = (columns: readonly string[], selected: readonly Dimension[]) => {
    const texts = selected
      .filter(isJson)
      .map((each) => `min(${varyingText(`run.${keys.key(each)}`)}) AS ${keys.text(each)}`);
    // Runs that nothing splits are a single part, which has their percentiles as well.
    const percentiles = dimensions.length === 0 ? percentilesOf(timings) : [];
    const groupBy = columns.length === 0 ? '' : ` GROUP BY ${columns.map((_, index) => index + 1).join(', ')}`;
    return `${name} AS MATERIALIZED (SELECT ${[...columns, ...texts, ...partialColumns(measures), ...percentiles].join(', ')} FROM ${withKeys(selected)}${groupBy})`;
  };
  const runsWithKeys = () => withKeys(dimensions);

  // Calendar arithmetic is slow, so it is done once for an hour and not for each run. With many other keys there are too
  // many such parts for this to pay off.
  const buckets = dimensions.filter(isBuckets);
  const others = dimensions.filter((each) => !isBuckets(each));
  if (buckets.length > 0 && others.length <= 1) {
    const columns = [...others.map((each) => `run.${keys.key(each)}`), `${slotWithin(buckets, add)} AS slot`];
    const starts = buckets.map((each) => `${startOfBucket(each, 'part.slot', add)} AS ${keys.key(each)}`);
    return {
      table: table(columns, others),
      partials: `(SELECT ${starts.join(', ')}, part.* FROM ${name} AS part) AS partial`,
      ...{ runsWithKeys, keys, timings },
    };
  }
  return {
    table: table(
      dimensions.map((each) => `run.${keys.key(each)}`),
      dimensions,
    ),
    partials: `${name} AS partial`,
    ...{ runsWithKeys, keys, timings },
  };
}
