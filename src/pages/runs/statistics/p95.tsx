import { Duration } from '../../shared/format/duration.js';
import { minRuns } from './change.js';
import { p95Of, p95Text, type Timed } from './rates.js';

/** The 95th percentile of the LLM call; for too few runs, their number. Nothing without a measured duration. */
export function P95({ measures }: { readonly measures: Timed }) {
  const p95 = p95Of(measures);
  if (p95 !== null) return <Duration seconds={p95} />;
  if (measures.llmCallTiming.p95 === null) return null;
  return (
    <small className="muted one-line" title={`A 95th percentile needs ${minRuns} runs.`}>
      {p95Text(measures)}
    </small>
  );
}
