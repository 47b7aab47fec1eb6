// The orders of lists. A page ordered by a value reads every run in the list, from the index that contains the value.

import { limits } from '../../limits.js';
import { decimal } from '../columns/decimal.js';
import type { TaskRunRecord } from '../columns/records.js';

/** A value that orders runs, with the creation time as a tie-breaker. */
export interface OrderedValue {
  /** SQL over the row `run`, null for a missing value. */
  readonly sql: string;
  readonly type: string;
  /** Returns a run's value as text for PostgreSQL. */
  toText(run: TaskRunRecord): string | null;
  /** Whether a string is a valid value. A forged value must not make the statement fail. */
  isValidText(text: string): boolean;
}

const toText = (value: number | string | null) => (value === null ? null : String(value));

// Cursors limit the length of decimals.
const digits = limits.orderedDigits.value;
const bound = `1${'0'.repeat(digits)}`;
const decimalParts = /^(-?)(\d+)(\.\d+)?$/;
// `least` and `greatest` ignore nulls and would return the bound.
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

/** Returns null for orders that use only the creation time. */
export function orderedValueOf(order: RunOrder): OrderedValue | null {
  const name = order.replace(/_(DESC|ASC)$/, '');
  return name === 'CREATED' ? null : orderedValues[name as keyof typeof orderedValues];
}

/** SQL for ordering by a value. Runs without a value come last; among equal values, the newest runs come first. */
export interface ValueOrder {
  readonly orderBy: (value: string, created: string, id: string) => string;
  /**
   * Returns SQL for whether a run is before or after a position in the list.
   * @param value SQL for the position's value; unused if it has none
   * @param position SQL for the position's `created, id`
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
