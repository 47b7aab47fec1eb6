import { countOf, formatCredits, formatDuration } from '../../shared/format/format-quantity.js';
import type { Run } from '../operations.js';

/** Returns the figures of a run that are worth a line, such as `1.3 s · 1,801 tokens · 1.00 credits`. */
export function figureLine(run: Run, model: string | null): string {
  const figures = [
    run.llmCallTiming !== null && formatDuration(run.llmCallTiming),
    countOf(run.totalTokens, 'token'),
    run.chargedCredits && `${formatCredits(run.chargedCredits)} credits`,
    run.llmRetries > 0 && countOf(run.llmRetries, 'retry', 'retries'),
    run.usedFallbackModel && 'fallback model',
    model,
  ];
  return figures.filter(Boolean).join(' · ');
}
