// Stands in for Ory Hydra where none is at hand: an issuer with Hydra's addresses, whose access tokens have Hydra's form.
// It takes any client with any secret, so it listens to this machine only, and its keys end with it. Nothing but Node.js:
//
//   node examples/issuer/server.js          listens on http://127.0.0.1:4444/, or on ISSUER_PORT

import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const port = Number(process.env.ISSUER_PORT || 4444);
const issuer = `http://127.0.0.1:${port}/`;
const lifetimeSeconds = 3600;
const kid = randomUUID();
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] };

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs a token as the client credentials grant does: the subject is the client. */
function accessTokenFor(clientId, form) {
  const now = Math.floor(Date.now() / 1000);
  const words = (name) => form.get(name)?.split(' ') ?? [];
  const claims = {
    iss: issuer,
    sub: clientId,
    client_id: clientId,
    aud: words('audience'),
    scp: words('scope'),
    ext: {},
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    jti: randomUUID(),
  };
  const input = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

async function respondTo(request) {
  if (request.method === 'GET' && request.url === '/.well-known/jwks.json') return [200, keySet];
  if (request.method !== 'POST' || request.url !== '/oauth2/token') return [404, { error: 'not_found' }];
  const [, credentials = ''] = /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const [clientId] = Buffer.from(credentials, 'base64').toString().split(':');
  const form = new URLSearchParams(await text(request));
  if (!clientId) return [401, { error: 'invalid_client' }];
  if (form.get('grant_type') !== 'client_credentials') return [400, { error: 'unsupported_grant_type' }];
  const access_token = accessTokenFor(decodeURIComponent(clientId), form);
  return [200, { access_token, expires_in: lifetimeSeconds, scope: form.get('scope') ?? '', token_type: 'bearer' }];
}

createServer(async (request, response) => {
  const [status, body] = await respondTo(request).catch(() => [400, { error: 'invalid_request' }]);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(port, '127.0.0.1', () => process.stdout.write(`The issuer is ready at ${issuer}\n`));
