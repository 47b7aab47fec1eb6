// Parses an issuer's JSON Web Key Set. Each key has exactly one algorithm, determined only by the key and never by the
// token. Letting the token choose would enable attacks with "alg: none", or with an HMAC made from the public key.

import { type CryptoKey, importJWK, type JWK } from 'jose';
import { declareLimit } from '../../limits.js';

export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** The keys as JSON, for comparing and storing them. */
  readonly text: string;
  /** The distinct reasons why entries were left out. */
  readonly faults: readonly string[];
}

/**
 * Parses a JSON Web Key Set. An empty set is valid and means that the issuer has withdrawn all of its keys.
 * @throws Error if the document is not a key set, or if all of its keys are unusable, which must be a mistake
 */
export async function parseKeySet(document: unknown): Promise<KeySet> {
  const entries = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(entries)) throw new Error('The key set has no "keys" array.');
  const results = await Promise.allSettled(entries.map(parseVerificationKey));
  const keys = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  const faults = [...new Set(reasons)];
  if (keys.length > 0 || entries.length === 0) {
    return { keys, text: JSON.stringify(keys.map(({ jwk }) => jwk)), faults };
  }
  throw new Error(`The key set has no usable key (${faults.join('; ')}).`);
}

export interface VerificationKey {
  readonly id: string | undefined;
  /** The JWS algorithm. Ed25519 is called `EdDSA` here, see {@link canonicalAlgorithm}. */
  readonly algorithm: string;
  readonly key: CryptoKey;
  /** Only the public members. */
  readonly jwk: JWK;
}

/** The public members of each key type. Others (`key_ops`, `x5c`, …) are not passed to the import. */
const publicMembers = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] } as const;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** The compatible algorithms by key type and curve. A key without `alg` gets the first one. */
const compatibleAlgorithms: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA'],
};

const minRsaBits = declareLimit(2048, {
  section: 'Tokens and keys',
  name: 'smallest RSA key',
  unit: 'bits',
  beyond: 'the key is ignored',
});

/** Maps the two names of the same algorithm to one: RFC 9864 renames EdDSA with curve Ed25519 to `Ed25519`. */
export function canonicalAlgorithm(name: string): string {
  return name === 'Ed25519' ? 'EdDSA' : name;
}

/** @throws Error with the reason why an entry of a JSON Web Key Set cannot be used to verify tokens */
export async function parseVerificationKey(entry: unknown): Promise<VerificationKey> {
  if (typeof entry !== 'object' || entry === null) throw new Error('not an object');
  const jwk = entry as Record<string, unknown>;
  const { kty, crv, kid, use, key_ops: operations } = jwk;
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') throw new Error('not an RSA, EC or OKP key');
  if (privateMembers.some((member) => member in jwk)) throw new Error('holds private members');
  if (kid !== undefined && typeof kid !== 'string') throw new Error('its "kid" is not a string');
  if (use !== undefined && use !== 'sig') throw new Error('its "use" is not "sig"');
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    throw new Error('its "key_ops" do not include "verify"');
  }
  const compatible = compatibleAlgorithms[kty === 'RSA' ? kty : `${kty} ${crv}`] ?? [];
  const algorithm =
    jwk.alg === undefined ? compatible[0] : compatible.find((name) => name === canonicalAlgorithm(`${jwk.alg}`));
  if (algorithm === undefined) throw new Error('its "alg" or curve is not one that signs tokens with this type of key');
  const members = Object.fromEntries(publicMembers[kty].map((member) => [member, jwk[member]]));
  const key = await importPublicKey({ kty, ...members }, algorithm);
  return { id: kid, algorithm, key, jwk: { kty, ...members, ...(kid !== undefined && { kid }), alg: algorithm } };
}

async function importPublicKey(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm).catch((cause: unknown) => {
    throw new Error('does not parse', { cause });
  });
  if (key instanceof Uint8Array) throw new Error('is a secret');
  const { modulusLength = minRsaBits } = key.algorithm as { modulusLength?: number };
  if (modulusLength < minRsaBits) throw new Error(`has fewer than ${minRsaBits} bits`);
  return key;
}
