// Tokens in the formats of four providers, verified with the AUTH_ISSUERS entries from docs/oidc.md.

import { parseIssuers } from '../../../src/config/values.js';
import { block } from '../../docs/documents.js';
import {
  accessClaims,
  causeOf,
  reasonOf,
  startSeconds,
  startVerifier,
  type VerifierHarness,
} from '../../support/verifier-harness.js';

type Json = Readonly<Record<string, unknown>>;

const times = { iat: startSeconds, exp: startSeconds + 3600 };
const userId = '0190a234-8dc6-6d08-aea9-928fcecad8f1';

const keycloak = {
  ...times,
  iss: 'https://keycloak.example.com/realms/acme',
  jti: 'onrtac:6a1f6a9e-1f7b-4d0a-8f43-0a5b2c1d9e77',
  aud: ['task-runs', 'account'],
  sub: userId,
  typ: 'Bearer',
  azp: 'web-app',
  sid: '5c1f6c1e-52b4-4dd4-bd8a-0f0f2a0f4c1b',
  auth_time: startSeconds,
  acr: '1',
  realm_access: { roles: ['offline_access'] },
  scope: 'openid email profile',
  preferred_username: 'alice',
};
const auth0 = {
  ...times,
  iss: 'https://acme.eu.auth0.com/',
  sub: 'auth0|507f1f77bcf86cd799439020',
  aud: ['https://task-runs.example.com', 'https://acme.eu.auth0.com/userinfo'],
  scope: 'openid profile read:runs',
  azp: 'my_client_id',
  org_id: 'org_9yQGVZ0hLkq5HRAU',
  permissions: ['read:runs'],
};
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const entra = {
  ...times,
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  aud: '00001111-aaaa-2222-bbbb-3333cccc4444',
  nbf: startSeconds,
  aio: 'AWQAm/8cAAAAs4v',
  azp: '11112222-bbbb-3333-cccc-4444dddd5555',
  azpacr: '0',
  oid: userId,
  scp: 'Runs.Read',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid: tenant,
  ver: '2.0',
};
const okta = {
  ...times,
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: 'https://acme.okta.com/oauth2/default',
  aud: 'api://default',
  cid: '0oacqf8qaJw56czJi0g4',
  uid: '00ujmkLgagxeRrAg20g3',
  scp: ['openid', 'email'],
  auth_time: startSeconds,
  sub: 'alice@acme.example',
};

interface Provider {
  readonly entry: string;
  readonly accessToken: Json;
  readonly header?: Json;
  readonly subject: string;
  readonly clientId: string;
  /** The claims that differ in its ID tokens. */
  readonly idToken: Json;
}

const providers: Readonly<Record<string, Provider>> = {
  keycloak: {
    entry: block('oidc-keycloak').text,
    accessToken: keycloak,
    subject: userId,
    clientId: 'web-app',
    idToken: { typ: 'ID', at_hash: 'vQ5ldX1iOUJ5hO8Fv8m0Xw', scope: undefined },
  },
  auth0: {
    entry: block('oidc-auth0').text,
    accessToken: auth0,
    subject: auth0.sub,
    clientId: 'my_client_id',
    idToken: { nonce: 'n-0S6_WzA2Mj', scope: undefined, azp: undefined, permissions: undefined },
  },
  entra: {
    entry: block('oidc-entra').text,
    accessToken: entra,
    subject: userId,
    clientId: entra.azp,
    idToken: { nonce: 'n-0S6_WzA2Mj', scp: undefined, azp: undefined },
  },
  okta: {
    entry: block('oidc-okta').text,
    accessToken: okta,
    header: { typ: undefined },
    subject: okta.sub,
    clientId: okta.cid,
    idToken: { at_hash: 'preview_at_hash', amr: ['pwd'], cid: undefined, scp: undefined },
  },
};

describe.each(Object.entries(providers))(
  'with the entry for %s',
  (_name, { entry, accessToken, header, subject, clientId, idToken }) => {
    let harness: VerifierHarness;
    beforeAll(async () => {
      harness = await startVerifier(parseIssuers(entry)[0]!, 'RS256');
    });
    afterAll(() => harness.server.stop());

    it('an access token is accepted, with its subject and client', async () => {
      const caller = await harness.verify(accessToken, header);
      expect(caller).toMatchObject({ subject, clientId, confinement: {} });
    });

    it('an ID token is rejected, even where its audience is ours', async () => {
      expect(await causeOf(harness.verify({ ...accessToken, ...idToken }, header))).toMatch(
        /^The (?:token is an ID token|"typ" in the payload is not "Bearer")\.$/,
      );
    });

    it('a token for another audience is rejected', async () => {
      expect(await reasonOf(harness.verify({ ...accessToken, aud: clientId }, header))).toBe('INVALID_TOKEN');
    });

    it('ids in ext confine the token', async () => {
      const { confinement } = await harness.verify({ ...accessToken, ext: { org_id: userId } }, header);
      expect(confinement).toEqual({ orgIds: [userId] });
    });
  },
);

describe('an issuer of the type oidc', () => {
  const audience = 'task-runs';
  let harness: VerifierHarness;
  beforeAll(async () => {
    harness = await startVerifier({ type: 'oidc', audience });
  });
  afterAll(() => harness.server.stop());
  const claims = (changes: Json) =>
    accessClaims({ aud: audience, client_id: undefined, scp: undefined, ext: undefined, ...changes });
  const causeFor = (changes: Json) => causeOf(harness.verify(claims(changes)));

  it.each([
    [{ client_id: 'a', azp: 'b', cid: 'c', appid: 'd' }, 'a'],
    [{ azp: 'b', cid: 'c', appid: 'd' }, 'b'],
    [{ client_id: '', cid: 'c', appid: 'd' }, 'c'],
    [{ appid: 'd' }, 'd'],
    [{}, undefined],
  ])('finds the client of %j', async (named, clientId) => {
    expect((await harness.verify(claims(named))).clientId).toBe(clientId);
  });

  it.each(['ID', 'Refresh', 'Logout', 'Offline', '', 7])('rejects a payload with the typ %j', async (typ) => {
    expect(await causeFor({ typ, scope: 'openid' })).toBe('The "typ" in the payload is not "Bearer".');
  });

  it.each([{ at_hash: 'x', scope: 'openid' }, { c_hash: 'x' }, { nonce: 'x' }])(
    'rejects the ID token %j',
    async (changes) => {
      expect(await causeFor(changes)).toBe('The token is an ID token.');
    },
  );

  it.each([
    { nonce: 'x', scope: 'openid' },
    { nonce: 'x', scp: 'Runs.Read' },
    { nonce: 'x', typ: 'Bearer', at_hash: 'x' },
  ])('accepts the access token %j', async (changes) => {
    expect(await causeFor(changes)).toBe('accepted');
  });

  it('confines a token by ids at the top level, and not by other names', async () => {
    const { confinement } = await harness.verify(claims({ org_id: 'org_9yQGVZ0hLkq5HRAU', project_id: userId }));
    expect(confinement).toEqual({ projectIds: [userId] });
  });

  it('rejects a token whose subject claim is missing, or whose "sub" is', async () => {
    const { verify, server } = await startVerifier({ type: 'oidc', audience, subjectClaim: 'oid' });
    expect(await causeOf(verify(claims({})))).toBe('The "oid" of the token is not a non-empty string.');
    expect(await causeOf(verify(claims({ oid: userId, sub: undefined })))).toBe(
      'The "sub" of the token is not a non-empty string.',
    );
    expect(await verify(claims({ oid: userId }))).toMatchObject({ subject: userId, userId });
    await server.stop();
  });
});

describe('the log line of a rejected token', () => {
  const kratos = { iss: 'https://kratos.example.com/', sub: userId, sid: userId, ...times };
  const causeAt = async (entry: Parameters<typeof startVerifier>[0], claims: Json) => {
    const { verify, server } = await startVerifier({ issuer: claims.iss as string, ...entry });
    const cause = await causeOf(verify(claims));
    await server.stop();
    return cause;
  };

  it.each(Object.entries(providers))('names the type oidc for a token of %s', async (_name, { accessToken }) => {
    const hint = ' An issuer of the type "oidc" with an "audience" would accept it.';
    expect((await causeAt({ type: 'hydra' }, accessToken)).endsWith(hint)).toBe(true);
    expect((await causeAt({ type: 'kratos' }, accessToken)).endsWith(hint)).toBe(true);
  });

  it('names the type kratos for a session', async () => {
    expect(await causeAt({ type: 'hydra' }, kratos)).toBe(
      'The token has no "client_id". An issuer of the type "kratos" would accept it.',
    );
  });

  it('names the type hydra for a token without an audience', async () => {
    expect(await causeAt({ type: 'kratos' }, accessClaims({ aud: ['https://other.example/'], azp: undefined }))).toBe(
      'The token is for another audience. An issuer of the type "hydra" would accept it.',
    );
  });

  it.each(Object.entries(providers))('names no type for an ID token of %s', async (_name, { accessToken, idToken }) => {
    expect(await causeAt({ type: 'hydra' }, { ...accessToken, ...idToken })).not.toContain('type');
  });
});
