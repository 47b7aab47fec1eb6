// An OpenID Connect provider. It signs everyone in as `subject`, without asking.

import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const scopes = 'openid profile';

export async function startIssuer() {
  const issuer = {
    audience: 'task-runs',
    clientId: 'pages',
    subject: '',
    name: 'Ada Adjuster',
    expiresInSeconds: 3600,
    givesRefreshTokens: false,
    /** Makes sign-ins fail with the error of the interaction. */
    rejection: undefined,
    /** Changes the URL of a redirect to the pages. */
    alterRedirect: (_url) => {},
    authorizations: [],
    /** The parameters of the requests that end a session. */
    logouts: [],
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer.url);
    if (pathname === '/auth') issuer.authorizations.push(Object.fromEntries(searchParams));
    if (pathname === '/session/end') issuer.logouts.push(Object.fromEntries(searchParams));
    alterLocation(response, issuer);
    if (pathname.startsWith('/interaction/')) return finish(request, response);
    return handle(request, response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer.url, configurationOf(issuer));
  const handle = provider.callback();
  const finish = (request, response) => {
    const result = issuer.rejection ?? { login: { accountId: issuer.subject } };
    return provider.interactionFinished(request, response, result);
  };
  /** Registers the pages at this URL as the client. */
  issuer.register = async (url) => {
    const response = await fetch(`${issuer.url}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: [`${url}/signed-in`],
        post_logout_redirect_uris: [`${url}/`],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  issuer.stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return issuer;
}

function configurationOf(issuer) {
  return {
    clientBasedCORS: () => true,
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['name'] },
    cookies: { keys: ['of a test'] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: issuer.name }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => issuer.givesRefreshTokens,
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(scopes);
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, idFactory: () => issuer.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:task-runs',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: issuer.audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          context.body = `<!doctype html>${form}<button form="op.logoutForm" name="logout" value="yes">Leave</button>`;
        },
      },
    },
    ttl: {
      AccessToken: () => issuer.expiresInSeconds,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 3600,
      Session: 3600,
    },
  };
}

/** Sends responses back to the pages at the URL that the test specifies. */
function alterLocation(response, issuer) {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== 'location' || !value.includes('/signed-in')) return setHeader(name, value);
    const url = new URL(value);
    issuer.alterRedirect(url);
    return setHeader(name, url.href);
  };
}
