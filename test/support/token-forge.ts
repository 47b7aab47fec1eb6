// Signs tokens, valid and forged, with Node's own crypto, independently of the library that verifies them.

import { constants, createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

export interface TestKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as an issuer publishes it. */
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function createTestKey(kid: string, algorithm = 'ES256'): TestKey {
  const { privateKey, publicKey } = createKeyPair(algorithm);
  return {
    kid,
    algorithm,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' },
  };
}

/**
 * Returns a token with a valid signature. Header members that are `undefined` are omitted. Claims may be raw JSON text.
 */
export function signToken(key: TestKey, claims: Json | string, header: Json = {}): string {
  const input = signingInput({ alg: key.algorithm, kid: key.kid, typ: 'JWT', ...header }, claims);
  return `${input}.${signatureOf(input, key).toString('base64url')}`;
}

/** Signs like an attacker who uses a public key as an HMAC secret. */
export function signWithSecret(secret: string | Buffer, claims: Json, header: Json): string {
  const input = signingInput({ alg: 'HS256', typ: 'JWT', ...header }, claims);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function signingInput(header: Json, claims: Json | string): string {
  return [JSON.stringify(header), typeof claims === 'string' ? claims : JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function createKeyPair(algorithm: string): { privateKey: KeyObject; publicKey: KeyObject } {
  const namedCurve = curves[algorithm];
  if (namedCurve) return generateKeyPairSync('ec', { namedCurve });
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function signatureOf(input: string, { algorithm, privateKey: key }: TestKey): Buffer {
  const data = Buffer.from(input);
  if (algorithm === 'EdDSA') return sign(null, data, key);
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('ES')) return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  if (algorithm.startsWith('RS')) return sign(hash, data, key);
  return sign(hash, data, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}
