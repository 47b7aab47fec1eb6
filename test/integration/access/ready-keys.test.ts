// A gateway that starts while its issuers are down becomes ready once one of them has keys.

import { block } from '../../docs/documents.js';
import { eventually } from '../../support/eventually.js';
import { JwksServer } from '../../support/jwks-server.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims, startMs } from '../../support/verifier-harness.js';

const key = createTestKey('key-1');
const names = ['https://one.example/', 'https://two.example/'] as const;
let servers: JwksServer[];
beforeEach(async () => {
  servers = [await JwksServer.start([key.jwk]), await JwksServer.start([key.jwk])];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
});

async function withGateway(act: (gateway: Gateway) => Promise<void>): Promise<void> {
  const issuers = names.map((issuer, index) => ({ issuer, jwks: servers[index]!.url }));
  const environment = { AUTH_ISSUERS: JSON.stringify(issuers) };
  const gateway = await startGateway({ environment, clock: { at: startMs } });
  await act(gateway).finally(() => gateway.close());
}

const ready = async ({ url }: Gateway) => {
  const response = await fetch(`${url}/health/ready`);
  return [response.status, await response.json()];
};

/** Returns the age of the keys by issuer. */
async function agesIn({ url }: Gateway): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = text.matchAll(/^gateway_issuer_keys_age_seconds\{issuer="(.+)"\} (.+)$/gm);
  return Object.fromEntries([...found].map(([, name, age]) => [name!, Number(age)]));
}

describe('a gateway that starts while all its issuers are down', () => {
  it('becomes ready once one of them is up, without any request, and names the others', async () => {
    for (const server of servers) await server.stop();
    await withGateway(async (gateway) => {
      const missing = JSON.parse(block('not-ready').text);
      expect(await ready(gateway)).toEqual([503, { ...missing, issuersWithoutKeys: names }]);
      expect(await agesIn(gateway)).toEqual({});

      await servers[1]!.start();
      await gateway.setClock({ at: startMs + 10_000 });
      const partial = [200, { status: 'ok', issuersWithoutKeys: [names[0]] }];
      await eventually(async () => expect(await ready(gateway)).toEqual(partial));
      await gateway.setClock({ at: startMs + 15_000 });
      expect(await agesIn(gateway)).toEqual({ [names[1]]: 5 });

      await servers[0]!.start();
      await gateway.setClock({ at: startMs + 20_000 });
      await eventually(async () => expect(await ready(gateway)).toEqual([200, { status: 'ok' }]));
    });
  });
});

describe('a gateway that has started', () => {
  it('fetched the keys of each issuer, or tried to', async () => {
    await servers[1]!.stop();
    await withGateway(async (gateway) => {
      expect(await ready(gateway)).toEqual([200, { status: 'ok', issuersWithoutKeys: [names[1]] }]);
      const authorization = `Bearer ${signToken(key, accessClaims({ iss: names[0] }))}`;
      expect((await fetch(`${gateway.url}/api/v1/whoami`, { headers: { authorization } })).status).toBe(200);
      expect(servers[0]!.requests).toBe(1);
    });
  });
});
