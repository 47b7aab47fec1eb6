import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims, reasonOf, startVerifier, type VerifierHarness } from '../../support/verifier-harness.js';

let harness: VerifierHarness;
beforeEach(async () => {
  harness = await startVerifier();
});
afterEach(() => harness.server.stop());

describe('A key that its issuer replaced under the same kid', () => {
  it('takes effect once a signature does not verify with the old one', async () => {
    const { verify, verifier, server, clock } = harness;
    await verify(accessClaims());
    const replacement = createTestKey('key-1');
    server.serve([replacement.jwk]);
    clock.ms += 1000;
    expect(await reasonOf(verifier.verify(signToken(replacement, accessClaims())))).toBe('accepted');
    expect(await reasonOf(verify(accessClaims()))).toBe('INVALID_TOKEN');
  });

  it('causes no requests to the issuer for forged signatures', async () => {
    const { verify, verifier, server } = harness;
    await verify(accessClaims());
    const forged = createTestKey('key-1');
    for (let time = 0; time < 5; time += 1) {
      expect(await reasonOf(verifier.verify(signToken(forged, accessClaims())))).toBe('INVALID_TOKEN');
    }
    expect(server.requests).toBe(1);
  });
});
