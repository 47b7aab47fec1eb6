import type { IssuerConfig } from '../../config/values.js';
import { parseKeySet } from './key-set.js';
import { readKeyDocument } from './key-source.js';

/**
 * Returns the faults of key sets in files. Does not read other sources, because those on the network may be temporarily
 * unreachable.
 */
export async function faultsOfKeyFiles(issuers: readonly IssuerConfig[]): Promise<string[]> {
  const inFiles = issuers.filter(({ jwks }) => jwks?.startsWith('file:'));
  const faults = inFiles.map(async (issuer) => {
    try {
      await parseKeySet((await readKeyDocument(issuer, 0)).document);
      return [];
    } catch (error) {
      return [`The keys of ${issuer.issuer} cannot be used: ${(error as Error).message}`];
    }
  });
  return (await Promise.all(faults)).flat();
}
