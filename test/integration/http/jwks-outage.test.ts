// The gateway while an issuer's key endpoint is unreachable, slow or returns nonsense. Each test has a separate issuer,
// so that the tests share a gateway but no keys.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { JwksServer } from '../../support/jwks-server.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey, signToken, type TestKey } from '../../support/token-forge.js';
import { accessClaims, startMs, startSeconds } from '../../support/verifier-harness.js';

interface Issuer {
  readonly name: string;
  readonly server: JwksServer;
  /** Published from the start. */
  readonly old: TestKey;
  /** A key that the test publishes later. */
  readonly next: TestKey;
}

const nonsense: [string, (server: JwksServer) => unknown][] = [
  ['an HTML page', (server) => server.answerWith('<html>down for maintenance</html>')],
  ['the status 500', (server) => server.answerWith('{"keys":[]}', 500)],
];

const issuers: Issuer[] = [];
let gateway: Gateway;
let clockMs = startMs;
const passTime = (ms: number) => {
  clockMs += ms;
  return gateway.setClock({ at: clockMs });
};
let lastToken = 0;

beforeAll(async () => {
  for (let index = 0; index < 10; index += 1) {
    const [old, next] = [createTestKey('old'), createTestKey('next')];
    issuers.push({ name: `https://issuer-${index}.example/`, server: await JwksServer.start([old.jwk]), old, next });
  }
  // When the gateway starts, some of the issuers are down and one hangs.
  for (const issuer of downAtStart) await issuer().server.stop();
  release = hangingAtStart().server.hold();
  gateway = await startGateway({
    environment: {
      AUTH_ISSUERS: JSON.stringify(issuers.map(({ name, server }) => ({ issuer: name, jwks: server.url }))),
    },
    clock: { at: startMs },
  });
});
afterAll(async () => {
  await gateway?.close();
  for (const { server } of issuers) await server.stop();
});

const at = (index: number) => () => issuers[index]!;
const downAtStart = [at(0), at(1)] as const;
const hangingAtStart = at(2);
let release: () => void;
const others = [3, 4, 5, 6, 7, 8, 9].map(at);
let used = 0;
/** Returns an issuer that no other test uses. */
const newIssuer = (): Issuer => others[used++]!();

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const query = `{ viewer { subject } taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;

/** Uses a token that was never used before, so that no cached verification helps. */
const ask = ({ name }: Issuer, key: TestKey): Promise<GraphqlResponse> => {
  const claims = { iss: name, sub: demoSubjects.viewer, exp: startSeconds + 86_400, jti: `token-${lastToken++}` };
  return gateway.ask(query, { token: signToken(key, accessClaims(claims)) });
};

const expectRun = async (answer: Promise<GraphqlResponse>) => {
  const { status, data, errors } = await answer;
  expect(errors).toBeUndefined();
  expect([status, data]).toEqual([200, { viewer: { subject: demoSubjects.viewer }, taskRun: { id } }]);
};

/** The whole request is rejected, and nothing is looked up. */
const expectRejection = async (ask: () => Promise<GraphqlResponse>) => {
  const before = await gateway.statements();
  const { status, headers, text } = await ask();
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(JSON.parse(text)).toEqual({
    errors: [
      {
        message: 'The bearer token is invalid.',
        extensions: {
          ...{ code: 'UNAUTHENTICATED', status: 401, reason: 'INVALID_TOKEN' },
          docUrl: `${gateway.url}/errors#UNAUTHENTICATED`,
        },
      },
    ],
  });
  expect(await gateway.statements()).toEqual(before);
};

const expectUnavailable = async (answer: Promise<GraphqlResponse>) => {
  const { status, headers, text } = await answer;
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(headers.get('www-authenticate')).toBeNull();
  expect(JSON.parse(text)).toEqual({
    errors: [
      {
        message: "The keys of the token's issuer are unavailable.",
        extensions: {
          ...{ code: 'SERVICE_UNAVAILABLE', status: 503, reason: 'AUTHENTICATION_UNAVAILABLE', retryAfter: 1 },
          docUrl: `${gateway.url}/errors#SERVICE_UNAVAILABLE`,
        },
      },
    ],
  });
};

const expectUnavailableOverRest = async ({ name, old }: Issuer) => {
  const token = signToken(old, accessClaims({ iss: name, exp: startSeconds + 86_400, jti: `token-${lastToken++}` }));
  const response = await fetch(`${gateway.url}/api/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await response.json()).toMatchObject({
    detail: { reason: 'AUTHENTICATION_UNAVAILABLE', retry_after: 1 },
  });
};

describe('the key endpoint of an issuer', () => {
  it('leaves known keys working while it is stopped, and supplies a new key afterwards without a restart', async () => {
    const issuer = newIssuer();
    await expectRun(ask(issuer, issuer.old));
    await issuer.server.stop();
    // Long enough for cached keys and tokens to be refreshed.
    await passTime(3_600_000);
    for (let times = 0; times < 3; times += 1) await expectRun(ask(issuer, issuer.old));
    await expectUnavailable(ask(issuer, issuer.next));

    issuer.server.serve([issuer.next.jwk]);
    await issuer.server.start();
    await passTime(1000);
    await expectRun(ask(issuer, issuer.next));
    // The issuer has withdrawn the key.
    await expectRejection(() => ask(issuer, issuer.old));
  });

  it.each(nonsense)(
    'leaves known keys working while it returns %s, and supplies new ones once it has recovered',
    async (_case, fail) => {
      const issuer = newIssuer();
      await expectRun(ask(issuer, issuer.old));
      fail(issuer.server);
      await passTime(3_600_000);
      const { requests } = issuer.server;
      await expectUnavailable(ask(issuer, issuer.next));
      expect(issuer.server.requests).toBeGreaterThan(requests);
      await expectRun(ask(issuer, issuer.old));

      issuer.server.serve([issuer.old.jwk, issuer.next.jwk]);
      await passTime(1000);
      await expectRun(ask(issuer, issuer.next));
      await expectRun(ask(issuer, issuer.old));
    },
  );

  it('delays no known key while it is slow, and a new one works as soon as it responds', async () => {
    const issuer = newIssuer();
    await expectRun(ask(issuer, issuer.old));
    const release = issuer.server.hold();
    issuer.server.serve([issuer.old.jwk, issuer.next.jwk]);
    // Old enough for the keys to be refreshed, but not so old that known keys have to wait for it.
    await passTime(120_000);
    const { requests } = issuer.server;
    const waiting = ask(issuer, issuer.next);
    // This request gets its response although the endpoint was queried and has not responded.
    await expectRun(ask(issuer, issuer.old));
    await eventually(async () => expect(issuer.server.requests).toBe(requests + 1));
    release();
    await expectRun(waiting);
  });

  it('affects no other issuer while it is down', async () => {
    const [down, up] = [downAtStart[1](), newIssuer()];
    await expectUnavailable(ask(down, down.old));
    await expectUnavailableOverRest(down);
    await expectRun(ask(up, up.old));
    await expectRejection(() => ask(up, down.old));
  });

  it('gets one request a second at most, however many tokens name unknown keys', async () => {
    const issuer = newIssuer();
    await expectRun(ask(issuer, issuer.old));
    await passTime(1000);
    const { requests } = issuer.server;
    const unknown = Array.from({ length: 20 }, (_, index) => ({ ...issuer.next, kid: `invented-${index}` }));
    for (const { status } of await Promise.all(unknown.map((key) => ask(issuer, key)))) expect(status).toBe(401);
    expect(issuer.server.requests).toBe(requests + 1);
  });
});

describe('a gateway that could not fetch the keys of an issuer yet', () => {
  it('does not blame the token while the endpoint is down, and accepts it once the endpoint is up', async () => {
    const issuer = downAtStart[0]();
    await expectUnavailable(ask(issuer, issuer.old));
    await issuer.server.start();
    await passTime(1000);
    await expectRun(ask(issuer, issuer.old));
  });

  it('responds while the endpoint hangs', async () => {
    const issuer = hangingAtStart();
    await passTime(1000);
    await Promise.all([expectUnavailable(ask(issuer, issuer.old)), expectUnavailable(ask(issuer, issuer.old))]);
    release();
    await passTime(1000);
    await expectRun(ask(issuer, issuer.old));
  });
});
