// Keys found through an issuer's discovery document, served by a real endpoint.

import { createTokenVerifier } from '../../../src/access/tokens/token-verifier.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { JwksServer } from '../../support/jwks-server.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims, causeOf, reasonOf, startMs } from '../../support/verifier-harness.js';

const key = createTestKey('key-1');
const audience = 'task-runs';
let server: JwksServer;

beforeAll(async () => {
  server = await JwksServer.start();
});
afterAll(() => server.stop());

/** Verifies a token from the issuer at this path, with this discovery document. */
function verify(path: string, discovery: object, at = `${path.replace(/\/$/, '')}/.well-known/openid-configuration`) {
  server.serveByPath({ [at]: discovery, '/keys': { keys: [key.jwk] }, '/realms/acme/jwks.json': { keys: [key.jwk] } });
  const issuer = server.origin + path;
  const verifier = createTokenVerifier({
    issuers: [{ issuer, type: 'oidc', audience }],
    now: () => startMs,
    log: createLogger('silent'),
  });
  return verifier.verify(signToken(key, accessClaims({ iss: issuer, aud: audience })));
}

const keys = () => `${server.origin}/keys`;

describe('an issuer without a "jwks"', () => {
  it.each(['', '/', '/realms/acme', '/tenant/v2.0/'])(
    'uses the keys of its discovery document at "%s"',
    async (path) => {
      const caller = await verify(path, { issuer: server.origin + path, jwks_uri: keys() });
      expect(caller.issuer).toBe(server.origin + path);
    },
  );

  it.each<[string, () => object, string]>([
    ['another issuer', () => ({ issuer: 'https://attacker.example/', jwks_uri: keys() }), 'The "issuer" of'],
    ['a slash less', () => ({ issuer: server.origin, jwks_uri: keys() }), 'The "issuer" of'],
    ['no issuer', () => ({ jwks_uri: keys() }), 'The "issuer" of'],
    ['no keys', () => ({ issuer: `${server.origin}/` }), 'The "jwks_uri" of'],
    ['keys that are not text', () => ({ issuer: `${server.origin}/`, jwks_uri: [keys()] }), 'The "jwks_uri" of'],
    [
      'keys in the clear from another host',
      () => ({ issuer: `${server.origin}/`, jwks_uri: 'http://issuer.example/keys' }),
      'The "jwks_uri" of the discovery document is not an https: or http: (loopback only) URL.',
    ],
    ['keys in a file', () => ({ issuer: `${server.origin}/`, jwks_uri: 'file:///etc/jwks.json' }), 'The "jwks_uri" of'],
    [
      'keys behind a password',
      () => ({ issuer: `${server.origin}/`, jwks_uri: keys().replace('//', '//user:secret@') }),
      'The "jwks_uri" of the discovery document is a URL with a user or password.',
    ],
  ])('makes the service unavailable when the document names %s', async (_case, discovery, cause) => {
    const attempt = verify('/', discovery());
    expect(await reasonOf(attempt)).toBe('AUTHENTICATION_UNAVAILABLE');
    expect(await causeOf(attempt)).toContain(cause);
  });

  it('makes the service unavailable without a document', async () => {
    expect(await causeOf(verify('/', {}, '/elsewhere'))).toBe('The discovery document request returned status 404.');
  });
});
