import { parseVerificationKey, type VerificationKey } from './verification-key.js';

export interface KeySet {
  /** The entries as they were published. */
  readonly published: string;
  readonly keys: readonly VerificationKey[];
  /** Why entries are left out, each reason once. */
  readonly faults: readonly string[];
}

/**
 * An issuer without keys has withdrawn them all; one whose keys are all unusable has published something by mistake.
 * @throws Error in the second case, and where the document is no JSON Web Key Set
 */
export async function parseKeySet(document: unknown): Promise<KeySet> {
  const entries = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(entries)) throw new Error('The key set has no "keys" array.');
  const results = await Promise.allSettled(entries.map(parseVerificationKey));
  const keys = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  const faults = [...new Set(reasons)];
  if (keys.length > 0 || entries.length === 0) return { published: JSON.stringify(entries), keys, faults };
  throw new Error(`The key set has no usable key (${faults.join('; ')}).`);
}
