import { formatCount, formatCredits, formatSeconds } from '../../shared/format/format-quantity.js';
import { shareOf } from './measure-table.js';
import type { Statistics } from './statistics-query.js';

/** The whole period in figures, and what they were in the one before. */
export function Totals({ statistics }: { readonly statistics: Statistics }) {
  const { previous } = statistics;
  return (
    <dl className="totals">
      <Total name="Runs" before={previous && formatCount(previous.runs)}>
        {formatCount(statistics.runs)}
      </Total>
      <Total name="Failed" before={previous && `${formatCount(previous.errors)}, ${shareOf(previous) || 'none'}`}>
        {formatCount(statistics.errors)}
        <small> {shareOf(statistics)}</small>
      </Total>
      <Total name="LLM call, p95" before={previous && (formatSeconds(previous.llmCallTiming.p95) ?? 'none')}>
        {formatSeconds(statistics.llmCallTiming.p95) ?? 'none'}
      </Total>
      <Total name="Fallback model used" before={previous && formatCount(previous.fallbacks)}>
        {formatCount(statistics.fallbacks)}
      </Total>
      <Total name="Tokens" before={previous && formatCount(previous.totalTokens)}>
        {formatCount(statistics.totalTokens)}
      </Total>
      <Total name="Credits" before={previous && formatCredits(previous.chargedCredits)}>
        {formatCredits(statistics.chargedCredits)}
      </Total>
    </dl>
  );
}

interface TotalProps {
  readonly name: string;
  readonly before: string | undefined;
  readonly children: React.ReactNode;
}

function Total({ name, before, children }: TotalProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {before !== undefined && <small className="before">{before} in the period before</small>}
      </dd>
    </div>
  );
}
