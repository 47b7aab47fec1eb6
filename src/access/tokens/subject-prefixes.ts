// A `subjectPrefix` separates an issuer's subjects and clients from those of all other issuers.

import type { IssuerConfig } from '../../config/values.js';
import type { Caller } from '../caller.js';

/**
 * Returns the issuer with a longer prefix that the caller's subject or client starts with. No other issuer may sign
 * such names.
 * @param issuers all trusted issuers, including the caller's
 */
export function findPrefixOwner(
  { issuer, subject, qualifiedClientId }: Pick<Caller, 'issuer' | 'subject' | 'qualifiedClientId'>,
  issuers: readonly IssuerConfig[],
): IssuerConfig | undefined {
  const ownPrefix = prefixOf(issuers.find((config) => config.issuer === issuer));
  return issuers.find((other) => {
    const prefix = prefixOf(other);
    return prefix.length > ownPrefix.length && (subject.startsWith(prefix) || !!qualifiedClientId?.startsWith(prefix));
  });
}

/** Issuers whose prefixes fail to separate them, and how to fix that. */
export interface PrefixOverlap {
  readonly issuers: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** Finds issuers with the same prefix, and pairs in which one prefix is the beginning of the other. */
export function findPrefixOverlaps(issuers: readonly IssuerConfig[]): readonly PrefixOverlap[] {
  const byPrefix = new Map<string, string[]>();
  for (const config of issuers)
    byPrefix.set(prefixOf(config), [...(byPrefix.get(prefixOf(config)) ?? []), config.issuer]);
  const prefixes = [...byPrefix];
  const shared = prefixes.filter(([, names]) => names.length > 1);
  const nested = prefixes.flatMap(([shorter, names]) =>
    prefixes
      .filter(([longer]) => longer !== shorter && longer.startsWith(shorter))
      .map(([longer, owners]) => ({ names, longer, owners })),
  );
  return [
    ...shared.map(([, names]) => ({
      issuers: names,
      message: `${names.join(', ')} share their subjects: the same "sub" is the same caller.`,
      remedy: 'Unless this is intended, give each of them a "subjectPrefix".',
    })),
    ...nested.map(({ names, longer, owners }) => ({
      issuers: [...names, ...owners],
      message: `Tokens of ${names.join(', ')} are rejected if their subject or client begins with "${longer}", the "subjectPrefix" of ${owners.join(', ')}.`,
      remedy: `To accept them, give ${names.join(', ')} a "subjectPrefix" that "${longer}" does not begin with.`,
    })),
  ];
}

function prefixOf(issuer: IssuerConfig | undefined): string {
  return issuer?.subjectPrefix ?? '';
}
