// An OpenID Connect provider at which everybody is signed in at once: it checks what a client sends, as a real one does.

import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const codes = new Map();
  const issuer = {
    audience: 'task-runs',
    clientId: 'pages',
    subject: '',
    expiresInSeconds: 3600,
    /** Parameters of the redirect back instead of a code. */
    refusal: undefined,
    authorizations: [],
    tokenRequests: [],
  };
  const pages = {
    '/.well-known/openid-configuration': () => ({
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks`,
      authorization_endpoint: `${issuer.url}/authorize?tenant=1`,
      token_endpoint: `${issuer.url}/token`,
      code_challenge_methods_supported: ['S256'],
    }),
    '/jwks': async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] }),
    '/token': async (request) => {
      const parameters = Object.fromEntries(new URLSearchParams(await textOf(request)));
      issuer.tokenRequests.push(parameters);
      const { code, code_verifier: verifier, client_id: clientId, redirect_uri: redirectUri } = parameters;
      const begun = codes.get(code);
      codes.delete(code);
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const isRight =
        begun?.code_challenge === challenge && begun.client_id === clientId && begun.redirect_uri === redirectUri;
      return isRight ? { access_token: await sign(), token_type: 'Bearer' } : undefined;
    },
  };
  const sign = () =>
    new SignJWT({ client_id: issuer.clientId, scope: 'openid' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuer(issuer.url)
      .setAudience(issuer.audience)
      .setSubject(issuer.subject)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + issuer.expiresInSeconds)
      .sign(privateKey);
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer.url);
    if (pathname === '/authorize') {
      const parameters = Object.fromEntries(searchParams);
      issuer.authorizations.push(parameters);
      const code = randomUUID();
      codes.set(code, parameters);
      const back = new URL(parameters.redirect_uri);
      const answer = issuer.refusal ?? { code, iss: issuer.url };
      back.search = new URLSearchParams({ ...answer, state: parameters.state });
      return response.writeHead(302, { location: back.href }).end();
    }
    const body = await pages[pathname]?.(request);
    response.writeHead(body ? 200 : 400, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  issuer.stop = () => new Promise((done) => server.close(done));
  return issuer;
}

async function textOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
