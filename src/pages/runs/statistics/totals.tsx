import {
  exactSeconds,
  formatCount,
  formatCredits,
  formatDuration,
  roundCredits,
} from '../../shared/format/format-quantity.js';
import type { Measures } from '../operations.js';
import { Difference } from './difference.js';
import { errorRateOf, shareOf } from './rates.js';
import type { ComparedMeasures } from './statistics-query.js';

interface Total {
  readonly name: string;
  readonly textOf: (measures: Measures) => string;
  /** Returns the tooltip for a rounded text. */
  readonly exact?: (measures: Measures) => string | undefined;
  /** Returns the number to compare. By default, more is neither better nor worse. */
  readonly read: (measures: Measures) => number | string | null;
  readonly isCost?: boolean;
  readonly isShare?: boolean;
}

const totals: readonly Total[] = [
  { name: 'Runs', textOf: ({ runs }) => formatCount(runs), read: ({ runs }) => runs },
  { name: 'Failed', textOf: ({ errors }) => formatCount(errors), read: ({ errors }) => errors, isCost: true },
  {
    name: 'Failure rate',
    textOf: (measures) => shareOf(measures) || 'none',
    read: errorRateOf,
    isCost: true,
    isShare: true,
  },
  seconds('LLM call, p50', ({ llmCallTiming }) => llmCallTiming.p50),
  seconds('LLM call, p95', ({ llmCallTiming }) => llmCallTiming.p95),
  {
    name: 'Fallback model used',
    textOf: ({ fallbacks }) => formatCount(fallbacks),
    read: ({ fallbacks }) => fallbacks,
    isCost: true,
  },
  { name: 'Tokens', textOf: ({ totalTokens }) => formatCount(totalTokens), read: ({ totalTokens }) => totalTokens },
  {
    name: 'Credits',
    textOf: ({ chargedCredits }) => roundCredits(chargedCredits),
    exact: ({ chargedCredits }) => formatCredits(chargedCredits),
    read: ({ chargedCredits }) => chargedCredits,
  },
];

function seconds(name: string, read: (measures: Measures) => number | null): Total {
  const withSeconds = (format: (seconds: number) => string) => (measures: Measures) => {
    const seconds = read(measures);
    return seconds === null ? undefined : format(seconds);
  };
  const textOf = withSeconds(formatDuration);
  return {
    name,
    textOf: (measures) => textOf(measures) ?? 'none',
    exact: withSeconds(exactSeconds),
    read,
    isCost: true,
  };
}

/** The figures of the whole period, and their differences from the previous one. */
export function Totals({ statistics }: { readonly statistics: ComparedMeasures }) {
  const { previous } = statistics;
  const isNew = previous?.runs === 0;
  return (
    <>
      <dl className="totals">
        {totals.map(({ name, textOf, exact, read, ...kind }) => (
          <div key={name} className="panel">
            <dt>{name}</dt>
            <dd className="number one-line" title={exact?.(statistics)}>
              {textOf(statistics)}
              {previous && !isNew && (
                <span className="before" title={exact?.(previous)}>
                  <Difference now={read(statistics)} before={read(previous)} {...kind} />
                  <small className="faint">{textOf(previous)} before</small>
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isNew && <p className="charts-note faint">The previous period has no runs.</p>}
    </>
  );
}
