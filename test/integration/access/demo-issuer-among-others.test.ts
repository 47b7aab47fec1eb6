// With DEMO=on, the demo issuer is trusted together with those in AUTH_ISSUERS, and neither can sign with the other's
// keys.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { JwksServer } from '../../support/jwks-server.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims } from '../../support/verifier-harness.js';

const iss = 'https://hydra.example/';
const key = createTestKey('key');
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;
const times = () => {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, nbf: now, exp: now + 600 };
};

let server: JwksServer;
beforeAll(async () => {
  server = await JwksServer.start([key.jwk]);
});
afterAll(() => server.stop());

describe.each([
  ['on', { DEMO: 'on', NODE_ENV: 'production' }, 200],
  ['not set', { DEMO: '' }, 401],
] as const)('with DEMO %s,', (_title, environment, statusOfDemo) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const AUTH_ISSUERS = JSON.stringify([{ issuer: iss, jwks: server.url }]);
    gateway = await startGateway({ environment: { AUTH_ISSUERS, ...environment } });
  });
  afterAll(() => gateway?.close());

  const statusOf = async (token: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return response.status;
  };
  const claims = (issuer: string) => accessClaims({ ...times(), iss: issuer, sub: demoSubjects.viewer });

  it('a token of the configured issuer is accepted', async () => {
    expect(await statusOf(signToken(key, claims(iss)))).toBe(200);
  });

  it(`a token of the demo issuer gets ${statusOfDemo}`, async () => {
    expect(await statusOf(await gateway.tokenFor(demoSubjects.viewer))).toBe(statusOfDemo);
  });

  it("neither signs with the other's key", async () => {
    expect(await statusOf(signToken(key, claims(gateway.issuer.config.issuer)))).toBe(401);
  });
});
