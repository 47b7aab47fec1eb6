import { accessClaims, issuerUrl, startVerifier } from '../../support/verifier-harness.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const callerOf = async (sub: string, subjectPrefix?: string) => {
  const { verify, server } = await startVerifier(subjectPrefix === undefined ? {} : { subjectPrefix });
  return verify(accessClaims({ sub })).finally(() => server.stop());
};

describe('The subject of a caller', () => {
  it('is the sub, and a user id where that is an id, in lower case', async () => {
    expect(await callerOf(id.toUpperCase())).toMatchObject({ issuer: issuerUrl, subject: id, userId: id });
    expect(await callerOf('alice')).toMatchObject({ subject: 'alice', userId: null, clientId: 'a-client' });
  });

  it('has the prefix of its issuer before it, and no user id then', async () => {
    const caller = { id: `${issuerUrl} partner:${id}`, subject: `partner:${id}`, userId: null };
    expect(await callerOf(id.toUpperCase(), 'partner:')).toMatchObject(caller);
  });

  it('is no user id either where prefix and sub look like an id together', async () => {
    expect(await callerOf(id.slice(9), id.slice(0, 9))).toMatchObject({ subject: id, userId: null });
  });
});

describe('The client of a caller', () => {
  it('is listed with the prefix of its issuer before it, so that it is no client of another issuer', async () => {
    expect(await callerOf('alice', 'partner:')).toMatchObject({
      clientId: 'a-client',
      qualifiedClientId: 'partner:a-client',
    });
  });
});
