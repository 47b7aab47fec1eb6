// Issuers that are replaced while their tokens are in use.

import { TrustedIssuers } from '../../../src/access/tokens/trusted-issuers.js';
import type { IssuerConfig } from '../../../src/config/values.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { JwksServer } from '../../support/jwks-server.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims, issuerUrl, reasonOf, startMs } from '../../support/verifier-harness.js';

const otherUrl = 'https://other.example/';
const key = createTestKey('key-1');
const token = signToken(key, accessClaims());
const otherToken = signToken(key, accessClaims({ iss: otherUrl }));
const unchanged = { added: [], removed: [], changed: [], newKeys: [] };

let server: JwksServer;
let issuer: IssuerConfig;
let other: IssuerConfig;
beforeEach(async () => {
  server = await JwksServer.start([key.jwk]);
  issuer = { issuer: issuerUrl, type: 'hydra', jwks: server.url };
  other = { ...issuer, issuer: otherUrl };
});
afterEach(() => server.stop());

const trust = (...issuers: IssuerConfig[]) =>
  new TrustedIssuers(issuers, { now: () => startMs, log: createLogger('silent') });

describe('Replaced issuers', () => {
  it('become trusted at once, and the previous ones no longer, even for cached tokens', async () => {
    const trusted = trust(issuer);
    const caller = await trusted.verify(token);
    expect(await reasonOf(trusted.verify(otherToken))).toBe('INVALID_TOKEN');
    expect(trusted.isTrusted(caller)).toBe(true);
    expect(await trusted.replace([other])).toEqual({ ...unchanged, added: [otherUrl], removed: [issuerUrl] });
    expect(await reasonOf(trusted.verify(token))).toBe('INVALID_TOKEN');
    expect(await reasonOf(trusted.verify(otherToken))).toBe('accepted');
    expect(trusted.isTrusted(caller)).toBe(false);
  });

  it('apply their rules to tokens that others accepted', async () => {
    const trusted = trust(issuer);
    const caller = await trusted.verify(token);
    expect(await trusted.replace([{ ...issuer, audience: 'runs' }])).toEqual({ ...unchanged, changed: [issuerUrl] });
    expect(trusted.isTrusted(caller)).toBe(false);
    expect(await reasonOf(trusted.verify(token))).toBe('INVALID_TOKEN');
    await trusted.replace([{ ...issuer, subjectPrefix: 'x:' }]);
    expect((await trusted.verify(token)).subject).toBe('x:alice');
  });

  it('reject subjects and clients that begin with a prefix which another issuer has from now on', async () => {
    const trusted = trust(issuer);
    const subject = await trusted.verify(signToken(key, accessClaims({ sub: 'corp:alice' })));
    const clientToken = signToken(key, accessClaims({ client_id: 'corp:app' }));
    const client = await trusted.verify(clientToken);
    await trusted.replace([issuer, { ...other, subjectPrefix: 'corp:' }]);
    expect([subject, client].map(trusted.isTrusted)).toEqual([false, false]);
    expect(await reasonOf(trusted.verify(clientToken))).toBe('INVALID_TOKEN');
    expect(await reasonOf(trusted.verify(token))).toBe('accepted');
    await trusted.replace([issuer, other]);
    expect(await reasonOf(trusted.verify(clientToken))).toBe('accepted');
  });

  it('apply to a token whose verification had begun before', async () => {
    const trusted = trust(issuer);
    const release = server.hold();
    const verifying = reasonOf(trusted.verify(token));
    const replacing = trusted.replace([other]);
    release();
    expect(await verifying).toBe('INVALID_TOKEN');
    await replacing;
  });

  it('keep the keys of those that stay while their source is down', async () => {
    const trusted = trust(issuer);
    const caller = await trusted.verify(token);
    await server.stop();
    expect(await trusted.replace([{ ...issuer }, other])).toEqual({ ...unchanged, added: [otherUrl] });
    expect(await reasonOf(trusted.verify(token))).toBe('accepted');
    expect(trusted.isTrusted(caller)).toBe(true);
  });

  it('use at once the newly published keys of those that stay', async () => {
    const trusted = trust(issuer);
    expect(await trusted.replace([issuer])).toEqual(unchanged);
    await trusted.verify(token);
    const next = createTestKey('key-2');
    server.serve([next.jwk]);
    expect(await trusted.replace([issuer])).toEqual({ ...unchanged, newKeys: [issuerUrl] });
    expect(await reasonOf(trusted.verify(token))).toBe('INVALID_TOKEN');
    expect(await reasonOf(trusted.verify(signToken(next, accessClaims())))).toBe('accepted');
  });
});
