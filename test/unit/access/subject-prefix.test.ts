import { accessClaims, issuerUrl, startVerifier } from '../../support/verifier-harness.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const callerOf = async (sub: string, subjectPrefix?: string) => {
  const { verify, server } = await startVerifier(subjectPrefix === undefined ? {} : { subjectPrefix });
  return verify(accessClaims({ sub })).finally(() => server.stop());
};

describe('The subject of a caller', () => {
  it('equals the sub, and gives a user id in lower case if it is an id', async () => {
    expect(await callerOf(id.toUpperCase())).toMatchObject({ issuer: issuerUrl, subject: id, userId: id });
    expect(await callerOf('alice')).toMatchObject({ subject: 'alice', userId: null, clientId: 'a-client' });
  });

  it('begins with the prefix of its issuer, and then gives no user id', async () => {
    const caller = { id: `${issuerUrl} partner:${id}`, subject: `partner:${id}`, userId: null };
    expect(await callerOf(id.toUpperCase(), 'partner:')).toMatchObject(caller);
  });

  it('gives no user id when prefix and sub look like an id together', async () => {
    expect(await callerOf(id.slice(9), id.slice(0, 9))).toMatchObject({ subject: id, userId: null });
  });
});

describe('The client of a caller', () => {
  it('carries the prefix of its issuer in lists, so that it never equals a client of another issuer', async () => {
    expect(await callerOf('alice', 'partner:')).toMatchObject({
      clientId: 'a-client',
      qualifiedClientId: 'partner:a-client',
    });
  });
});
