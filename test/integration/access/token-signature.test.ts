import type { KeyObject } from 'node:crypto';
import { createTokenVerifier } from '../../../src/access/tokens/token-verifier.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { createTestKey, signingInput, signToken, signWithSecret } from '../../support/token-forge.js';
import {
  accessClaims,
  issuerUrl,
  reasonOf,
  startMs,
  startVerifier,
  type VerifierHarness,
} from '../../support/verifier-harness.js';

let harness: VerifierHarness;
const claims = accessClaims();
const attacker = createTestKey('key-1', 'RS256');

beforeAll(async () => {
  harness = await startVerifier({}, 'RS256');
});
afterAll(() => harness.server.stop());

const verify = (token: string) => reasonOf(harness.verifier.verify(token));

describe('A token signed by the issuer', () => {
  it('passes', async () => {
    expect(await verify(signToken(harness.key, claims))).toBe('accepted');
  });

  it.each(['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])('passes with %s', async (algorithm) => {
    const { verify, server } = await startVerifier({}, algorithm);
    expect(await verify(accessClaims())).toMatchObject({ subject: 'alice' });
    await server.stop();
  });

  it('passes with Ed25519, the newer name of EdDSA', async () => {
    const { verify, server } = await startVerifier({}, 'EdDSA');
    expect(await verify(accessClaims(), { alg: 'Ed25519' })).toMatchObject({ subject: 'alice' });
    await server.stop();
  });
});

describe('a signature fails that is forged:', () => {
  it.each(['none', 'None', 'nOnE'])('alg %s with no signature', async (alg) => {
    expect(await verify(`${signingInput({ alg, kid: 'key-1' }, claims)}.`)).toBe('INVALID_TOKEN');
    expect(await verify(signingInput({ alg, kid: 'key-1' }, claims))).toBe('INVALID_TOKEN');
  });

  it('alg none on a genuine signature', async () => {
    expect(await verify(signToken(harness.key, claims, { alg: 'none' }))).toBe('INVALID_TOKEN');
  });

  it.each([
    ['its PEM', (key: KeyObject) => key.export({ type: 'spki', format: 'pem' })],
    ['its PEM without the last line break', (key) => `${key.export({ type: 'spki', format: 'pem' })}`.trimEnd()],
    ['its DER', (key) => key.export({ type: 'spki', format: 'der' })],
    ['its JWK', (key) => JSON.stringify(key.export({ format: 'jwk' }))],
  ] satisfies [string, (key: KeyObject) => string | Buffer][])(
    'HS256 with the public key as the secret, as %s',
    async (_form, secret) => {
      for (const alg of ['HS256', 'RS256']) {
        const token = signWithSecret(secret(harness.key.publicKey), claims, { alg, kid: 'key-1' });
        expect(await verify(token)).toBe('INVALID_TOKEN');
      }
    },
  );

  it("an attacker's key under the kid of the issuer's", async () => {
    expect(await verify(signToken(attacker, claims))).toBe('INVALID_TOKEN');
  });

  it("an attacker's key brought along in the header", async () => {
    const headers = [
      { jwk: attacker.jwk },
      { jku: 'https://attacker.example/jwks.json' },
      { x5u: 'https://attacker.example/certificate.pem' },
      { x5c: ['MIIB'] },
    ];
    for (const header of headers) {
      expect(await verify(signToken(attacker, claims, header))).toBe('INVALID_TOKEN');
      expect(await verify(signToken(attacker, claims, { ...header, kid: undefined }))).toBe('INVALID_TOKEN');
    }
  });

  it.each(['PS256', 'RS512', 'RS384'])('%s with a key of RS256', async (algorithm) => {
    expect(await verify(signToken({ ...harness.key, algorithm }, claims))).toBe('INVALID_TOKEN');
  });

  it('an RSA key named as one for ES256', async () => {
    expect(await verify(signToken(harness.key, claims, { alg: 'ES256' }))).toBe('INVALID_TOKEN');
    expect(await verify(signToken(createTestKey('key-1', 'ES256'), claims))).toBe('INVALID_TOKEN');
  });

  it('the signature of another token', async () => {
    const [header, , signature] = signToken(harness.key, claims).split('.');
    const [, payload] = signToken(harness.key, accessClaims({ sub: 'root' })).split('.');
    expect(await verify(`${header}.${payload}.${signature}`)).toBe('INVALID_TOKEN');
  });

  it('a signature cut short, emptied or lengthened', async () => {
    const token = signToken(harness.key, claims);
    const end = token.lastIndexOf('.') + 1;
    for (const cut of [1, 2, 3, 4, 100]) expect(await verify(token.slice(0, -cut))).toBe('INVALID_TOKEN');
    expect(await verify(token.slice(0, end))).toBe('INVALID_TOKEN');
    expect(await verify(`${token}AAAA`)).toBe('INVALID_TOKEN');
  });

  it('an ECDSA signature of zeros (the "psychic" one)', async () => {
    const { key, verifier, server } = await startVerifier({}, 'ES256');
    const input = signingInput({ alg: 'ES256', kid: key.kid }, claims);
    expect(await reasonOf(verifier.verify(`${input}.${Buffer.alloc(64).toString('base64url')}`))).toBe('INVALID_TOKEN');
    await server.stop();
  });
});

describe('the keys of an issuer', () => {
  it('sign nothing for another issuer', async () => {
    const other = await startVerifier({ issuer: 'https://other.example/' }, 'RS256');
    const issuers = [
      { issuer: issuerUrl, type: 'hydra', jwks: harness.server.url },
      { issuer: 'https://other.example/', type: 'hydra', jwks: other.server.url },
    ] as const;
    const verifier = createTokenVerifier({
      issuers,
      now: () => startMs,
      log: createLogger('silent'),
    });
    const inOtherName = accessClaims({ iss: 'https://other.example/' });
    expect(await reasonOf(verifier.verify(signToken(other.key, inOtherName)))).toBe('accepted');
    expect(await reasonOf(verifier.verify(signToken(harness.key, inOtherName)))).toBe('INVALID_TOKEN');
    expect(await reasonOf(verifier.verify(signToken(other.key, claims)))).toBe('INVALID_TOKEN');
    await other.server.stop();
  });
});
