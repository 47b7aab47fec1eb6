import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import {
  accessClaims,
  causeOf,
  issuerUrl,
  startSeconds,
  startVerifier,
  type VerifierHarness,
} from '../../support/verifier-harness.js';

let harness: VerifierHarness;

beforeAll(async () => {
  harness = await startVerifier({ audience: 'https://gateway.example/' });
});
afterAll(() => harness.server.stop());

const claims = (changes = {}) => accessClaims({ aud: 'https://gateway.example/', ...changes });
const causeFor = (changes: object, header = {}) => causeOf(harness.verify(claims(changes), header));

describe('the log of a rejected token', () => {
  it.each([
    ['another audience', { aud: [] }, {}, 'The token is for another audience.'],
    ['its age', { exp: startSeconds - 60 }, {}, 'The "exp" of the token is in the past.'],
    ['an unknown key', {}, { kid: 'key-2' }, 'The issuer has no key that matches the "kid" and "alg" of the token.'],
    ['another algorithm', {}, { alg: 'ES384' }, 'The "alg" of the token differs from the algorithm of its key.'],
    ['an ID token', { nonce: 'n' }, {}, 'The token is an ID token.'],
    ['an unknown issuer', { iss: 'https://attacker.example/' }, {}, 'The "iss" of the token is not a trusted issuer.'],
    [
      'a missing slash',
      { iss: issuerUrl.slice(0, -1) },
      {},
      `The "iss" of the token differs from the issuer ${issuerUrl} in the trailing slash.`,
    ],
  ])('names %s as the cause', async (_case, changes, header, cause) => {
    expect(await causeFor(changes, header)).toBe(cause);
  });

  it('names an invalid signature as the cause', async () => {
    const forged = signToken(createTestKey('key-1'), claims());
    expect(await causeOf(harness.verifier.verify(forged))).toBe('The signature of the token is not valid.');
  });

  it('names a cause that the response does not show', async () => {
    const messages = await Promise.all(
      [{ aud: [] }, { nonce: 'n' }, { sub: '' }, { iss: 'x' }].map((changes) =>
        harness
          .verify(claims(changes))
          .catch((error: GatewayError) => JSON.stringify([error.message, error.extensions])),
      ),
    );
    expect(new Set(messages).size).toBe(1);
  });

  it('contains no content of the token', async () => {
    const secret = 'c0ffee-secret';
    const attempts = [
      () => harness.verify(claims({ iss: secret })),
      () => harness.verify(claims({ sub: `${secret}\0` })),
      () => harness.verify(claims({ ext: { org_id: secret } })),
      () => harness.verify(claims({ aud: [secret] })),
      () => harness.verify(claims(), { kid: secret }),
      () => harness.verify(claims(), { alg: secret }),
      () => harness.verify(claims(), { typ: secret }),
      () => harness.verify(claims(), { crit: [secret] }),
      () => harness.verifier.verify(`${secret}.${secret}.${secret}`),
    ];
    for (const attempt of attempts) {
      const error = (await attempt().catch((fault: unknown) => fault)) as GatewayError;
      expect(error.reason).toBe('INVALID_TOKEN');
      const cause = error.cause as Error;
      expect([error, cause, cause.cause].map((item) => `${item} ${JSON.stringify(item)}`).join()).not.toContain(secret);
    }
  });
});
