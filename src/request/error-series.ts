// Errors that alerts watch have a series from the start: the increase from no series to the first error is invisible to
// Prometheus.

import { tokenFaultKinds } from '../access/tokens/token-errors.js';
import { type CatalogueEntry, catalogue } from '../errors/catalogue.js';
import type { Metrics } from '../telemetry/metrics.js';
import { entries } from './incoming-request.js';

/** Starts the series of all errors that are not the client's, and of rejected tokens, at 0. */
export function startErrorSeries({ errors, rejectedTokens }: Pick<Metrics, 'errors' | 'rejectedTokens'>): void {
  const entriesOfCatalogue: readonly [string, CatalogueEntry][] = Object.entries(catalogue);
  for (const [reason, { code, status }] of entriesOfCatalogue) {
    if (status >= 500) for (const entry of entries) errors.inc({ entry, code, reason }, 0);
  }
  for (const cause of tokenFaultKinds) rejectedTokens.inc({ cause }, 0);
}
