// Errors that alerts watch have a series from the start, because Prometheus cannot see an increase from no series to
// the first error.

import { tokenFaultKinds } from '../access/tokens/token-errors.js';
import { type CatalogueEntry, catalogue } from '../errors/catalogue.js';
import type { Metrics } from '../telemetry/metrics.js';
import { entries } from './incoming-request.js';

/** Starts the series for rejected tokens and all errors not caused by clients at 0. */
export function startErrorSeries({ errors, rejectedTokens }: Pick<Metrics, 'errors' | 'rejectedTokens'>): void {
  const entriesOfCatalogue: readonly [string, CatalogueEntry][] = Object.entries(catalogue);
  for (const [reason, { code, status }] of entriesOfCatalogue) {
    if (status >= 500) for (const entry of entries) errors.inc({ entry, code, reason }, 0);
  }
  for (const cause of tokenFaultKinds) rejectedTokens.inc({ cause }, 0);
}
