// The orders of lists. For an order by a value, all runs of the list are read for a page, from the index that has the
// value.

import { limits } from '../../limits.js';
import { decimal } from '../columns/decimal.js';
import type { TaskRunRecord } from '../columns/records.js';

/** A value that runs are ordered by, before the time of their creation. */
export interface OrderedValue {
  /** SQL over the row `run`; null for a missing value. */
  readonly sql: string;
  readonly type: string;
  /** Returns the value of a run as text for PostgreSQL. */
  toText(run: TaskRunRecord): string | null;
  /** Whether a text is a valid value, because a forged one must not make the statement fail. */
  isValidText(text: string): boolean;
}

const toText = (value: number | string | null) => (value === null ? null : String(value));

// Cursors limit the length of decimals.
const digits = limits.orderedDigits.value;
const bound = `1${'0'.repeat(digits)}`;
const decimalParts = /^(-?)(\d+)(\.\d+)?$/;
// `least` and `greatest` ignore a null, and would return the bound.
const boundedSql = (column: string) =>
  `CASE WHEN ${column} IS NOT NULL THEN trunc(least(greatest(${column}, -${bound}), ${bound}), ${digits}) END`;

function decimalToText(value: string | null): string | null {
  const [, sign, whole, fraction = ''] = decimalParts.exec(value ?? '') ?? [];
  if (whole === undefined) return null;
  return whole.length > digits ? `${sign}${bound}` : `${sign}${whole}${fraction.slice(0, digits + 1)}`;
}

const isInteger = (text: string) => /^-?\d{1,10}$/.test(text) && Number(text) === (Number(text) | 0);
const isNumber = (text: string) => Number.isFinite(Number(text)) && String(Number(text)) === text;

const orderedValues = {
  LLM_CALL_TIMING: {
    sql: 'run.llm_call_timing',
    type: 'double precision',
    toText: ({ llmCallTiming }) => toText(llmCallTiming),
    isValidText: isNumber,
  },
  CHARGED_CREDITS: {
    sql: boundedSql('run.charged_credits'),
    type: 'numeric',
    toText: ({ chargedCredits }) => decimalToText(chargedCredits),
    isValidText: (text) => decimal.test(text),
  },
  TOTAL_TOKENS: {
    sql: 'run.total_tokens',
    type: 'integer',
    toText: ({ totalTokens }) => toText(totalTokens),
    isValidText: isInteger,
  },
  LLM_RETRIES: {
    sql: 'coalesce(run.llm_retries, 0)',
    type: 'integer',
    toText: ({ llmRetries }) => toText(llmRetries),
    isValidText: isInteger,
  },
} satisfies Record<string, OrderedValue>;

export type RunOrder = `${'CREATED' | keyof typeof orderedValues}_${'DESC' | 'ASC'}`;

export const runOrders = ['CREATED', ...Object.keys(orderedValues)].flatMap((name) => [
  `${name}_DESC`,
  `${name}_ASC`,
]) as RunOrder[];

/** Returns null for an order only by creation. */
export function orderedValueOf(order: RunOrder): OrderedValue | null {
  const name = order.replace(/_(DESC|ASC)$/, '');
  return name === 'CREATED' ? null : orderedValues[name as keyof typeof orderedValues];
}

/** SQL of an order by value. Runs without a value are last; of those with the same value, the newest are first. */
export interface ValueOrder {
  readonly orderBy: (value: string, created: string, id: string) => string;
  /**
   * Returns SQL for whether a run is after a position of the list, or before it.
   * @param value SQL of the value there; unused without one
   * @param position SQL of `created, id` there
   */
  readonly condition: (end: 'after' | 'before', hasValue: boolean, value: string, position: string) => string;
}

/** @param isBackward whether the list is read from its end */
export function valueOrder(order: RunOrder, value: string, isBackward: boolean): ValueOrder {
  const isAscending = order.endsWith('_ASC');
  const [forward, backward] = isBackward ? ['ASC', 'DESC'] : ['DESC', 'ASC'];
  return {
    orderBy: (valueColumn, created, id) =>
      `${valueColumn} ${isAscending ? backward : forward} NULLS ${isBackward ? 'FIRST' : 'LAST'}, ${created} ${forward}, ${id} ${forward}`,
    condition(end, hasValue, bound, position) {
      const isAfter = end === 'after';
      const isBeyondPosition = `(run.created, run.id) ${isAfter ? '<' : '>'} (${position})`;
      if (!hasValue) {
        return isAfter
          ? `(${value}) IS NULL AND ${isBeyondPosition}`
          : `((${value}) IS NOT NULL OR ${isBeyondPosition})`;
      }
      const isPastBound = `(${value}) ${isAfter === isAscending ? '>' : '<'} ${bound}`;
      const isTie = `(${value}) = ${bound} AND ${isBeyondPosition}`;
      return `(${isPastBound} OR ${isTie}${isAfter ? ` OR (${value}) IS NULL` : ''})`;
    },
  };
}
