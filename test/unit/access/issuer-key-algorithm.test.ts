import { generateKeyPairSync } from 'node:crypto';
import { parseVerificationKey } from '../../../src/access/tokens/key-set.js';
import { createTestKey } from '../../support/token-forge.js';

const rsa = createTestKey('rsa', 'RS256').jwk;
const ec = createTestKey('ec', 'ES256').jwk;
const ed = createTestKey('ed', 'EdDSA').jwk;
const withoutAlg = (algorithm: string) => ({ ...createTestKey('key', algorithm).jwk, alg: undefined });

const algorithmOf = async (jwk: unknown) => (await parseVerificationKey(jwk)).algorithm;
const faultOf = (jwk: unknown) => algorithmOf(jwk).catch((fault: Error) => fault.message);

describe('The algorithm of a key', () => {
  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])(
    'follows the "alg" of an RSA key: %s',
    async (alg) => {
      expect(await algorithmOf({ ...rsa, alg })).toBe(alg);
    },
  );

  it.each([
    ['RS256', 'RS256'],
    ['ES256', 'ES256'],
    ['ES384', 'ES384'],
    ['ES512', 'ES512'],
    ['EdDSA', 'EdDSA'],
  ])('follows the type of a key without "alg": %s', async (algorithm, expected) => {
    expect(await algorithmOf(withoutAlg(algorithm))).toBe(expected);
  });

  it('equals EdDSA under both of its names', async () => {
    expect(await algorithmOf({ ...ed, alg: 'Ed25519' })).toBe('EdDSA');
  });

  it.each([
    ['that of another key type', { ...rsa, alg: 'ES256' }],
    ['that of another curve', { ...ec, alg: 'ES384' }],
    ['an HMAC', { ...rsa, alg: 'HS256' }],
    ['none', { ...rsa, alg: 'none' }],
    ['one that encrypts', { ...rsa, alg: 'RSA-OAEP-256' }],
    ['no text', { ...rsa, alg: ['RS256', 'RS512'].values() }],
    ['a member of every object', { ...rsa, alg: 'constructor' }],
    ['null', { ...rsa, alg: null }],
    ['of a curve that signs nothing', { ...ed, crv: 'X25519', alg: undefined }],
    ['of a curve nobody knows', { ...ec, crv: 'secp256k1', alg: undefined }],
    ['of a member of every object', { ...ec, crv: 'toString', alg: undefined }],
  ])('makes a key unusable when it is %s', async (_case, jwk) => {
    expect(await faultOf(jwk)).toContain('"alg" or curve');
  });
});

describe('An entry of a key set', () => {
  const privateEc = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });

  it.each([
    ['when it is a secret', { kty: 'oct', k: 'AAAA', alg: 'HS256' }, 'not an RSA, EC or OKP key'],
    ['when it is of no known type', { kty: 'toString' }, 'not an RSA, EC or OKP key'],
    ['when it is not an object', 'key', 'not an object'],
    ['when it is null', null, 'not an object'],
    ['when it is private', privateEc, 'holds private members'],
    ['when it has a part of a private key', { ...rsa, p: 'AAAA' }, 'holds private members'],
    ['when it is for encryption', { ...rsa, use: 'enc' }, 'its "use" is not "sig"'],
    ['when its operations do not verify', { ...rsa, key_ops: ['encrypt'] }, 'its "key_ops" do not include "verify"'],
    ['when it has no operations', { ...rsa, key_ops: [] }, 'its "key_ops" do not include "verify"'],
    ['when its kid is a number', { ...rsa, kid: 1 }, 'its "kid" is not a string'],
    ['when it has fewer than 2048 bits', shortRsa, 'has fewer than 2048 bits'],
    ['when a member is missing', { ...ec, y: undefined }, 'does not parse'],
    ['when its modulus is not base64url', { ...rsa, n: '!' }, 'has fewer than 2048 bits'],
    ['when its point is not on the curve', { ...ec, y: ec.x }, 'does not parse'],
  ])('counts as unusable %s', async (_case, jwk, fault) => {
    expect(await faultOf(jwk)).toBe(fault);
  });

  it('stays usable with members that do not concern signing', async () => {
    const jwk = { ...rsa, key_ops: ['verify', 'wrapKey'], ext: 'yes', x5c: ['MIIB'], unknown: true };
    expect(await algorithmOf(jwk)).toBe('RS256');
  });
});
