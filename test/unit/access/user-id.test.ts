import { toUserId } from '../../../src/access/user-id.js';
import type { IssuerConfig } from '../../../src/config/values.js';
import { accessClaims, issuerUrl, startVerifier } from '../../support/verifier-harness.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const callerOf = async (claims: Readonly<Record<string, unknown>>, members: Partial<IssuerConfig>) => {
  const { verify, server } = await startVerifier(members);
  return verify(accessClaims(claims)).finally(() => server.stop());
};
const auth0: IssuerConfig = { issuer: 'https://acme.eu.auth0.com/', type: 'oidc', userId: 'uuid5' };

describe('The user id of a caller', () => {
  it('equals version 5 of a UUID of issuer and subject with "uuid5"', () => {
    // Printed by Python: uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, 'https://acme.eu.auth0.com/'), 'auth0|507f1f77bcf86cd799439020')
    expect(toUserId(auth0, 'auth0|507f1f77bcf86cd799439020', {})).toBe('2ec7853f-3e4d-5112-8512-3f449b9df910');
    expect(toUserId({ ...auth0, issuer: 'https://acme.eu.auth0.com' }, 'älice', {})).toBe(
      '32dde2ea-fc23-574a-a96f-770a3bddbeca',
    );
  });

  it('comes from the subject without its prefix, an id in lower case, and differs between issuers', async () => {
    const plain = await callerOf({ sub: id.toUpperCase() }, { userId: 'uuid5' });
    expect(plain).toMatchObject({ subject: id, userId: toUserId({ ...auth0, issuer: issuerUrl }, id, {}) });
    const prefixed = await callerOf({ sub: id }, { userId: 'uuid5', subjectPrefix: 'p:' });
    expect(prefixed).toMatchObject({ subject: `p:${id}`, userId: plain.userId });
    expect(toUserId(auth0, id, {})).not.toBe(plain.userId);
  });

  it('comes from the claim that is the subject', async () => {
    const caller = await callerOf(
      { sub: 'pairwise', oid: 'alice', aud: ['a'] },
      { type: 'oidc', audience: 'a', subjectClaim: 'oid', userId: 'uuid5' },
    );
    expect(caller.userId).toBe(toUserId({ ...auth0, issuer: issuerUrl }, 'alice', {}));
  });

  it('comes from a separate claim in lower case, also with a prefix', async () => {
    const userId = { claim: 'https://acme.example/user_id' };
    const claims = { sub: 'auth0|5', 'https://acme.example/user_id': id.toUpperCase() };
    expect(await callerOf(claims, { userId })).toMatchObject({ subject: 'auth0|5', userId: id });
    expect(await callerOf(claims, { userId, subjectPrefix: 'p:' })).toMatchObject({ subject: 'p:auth0|5', userId: id });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['is missing', {}],
    ['is not an id', { user_id: 'alice' }],
    ['is a number', { user_id: 5 }],
    ['is a list', { user_id: [id] }],
  ])('does not exist where that claim %s, even if the sub is an id', async (_what, claims) => {
    expect(await callerOf({ sub: id, ...claims }, { userId: { claim: 'user_id' } })).toMatchObject({
      subject: id,
      userId: null,
    });
  });
});
