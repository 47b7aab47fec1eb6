import { request } from 'node:http';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { GraphqlBody, RestError } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

let token: string;
const gateway = useGateway();
beforeAll(async () => {
  token = await gateway.tokenFor(demoSubjects.viewer);
});

const body = JSON.stringify({ query: '{ viewer { subject } __schema { queryType { name } } }' });

/** Sends header lines unchanged. fetch would join or reject some of them. */
function send(headers: string[], path = '/graphql', method = 'POST') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: GraphqlBody & RestError }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const base = ['Host', 'localhost', 'Content-Type', 'application/json', 'Content-Length', String(body.length)];
      const outgoing = request(
        { hostname, port, path, method, headers: [...base, ...headers] as never },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, body: JSON.parse(text) }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}

describe('a request without an acceptable token', () => {
  const flipped = () => token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
  it.each([
    ['no Authorization header', () => [], 'MISSING_AUTHENTICATION'],
    ['another scheme', () => ['Authorization', 'Basic dTpw'], 'MISSING_AUTHENTICATION'],
    ['nonsense', () => ['Authorization', 'Bearer nonsense'], 'INVALID_TOKEN'],
    ['an empty token', () => ['Authorization', 'Bearer '], 'INVALID_TOKEN'],
    ['a changed signature', () => ['Authorization', `Bearer ${flipped()}`], 'INVALID_TOKEN'],
    ['a cut signature', () => ['Authorization', `Bearer ${token.slice(0, -10)}`], 'INVALID_TOKEN'],
    [
      'two Authorization headers',
      () => ['Authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`],
      'INVALID_TOKEN',
    ],
    ['two tokens in one header', () => ['Authorization', `Bearer ${token}, Bearer ${token}`], 'INVALID_TOKEN'],
    ['a token over 8 KB', () => ['Authorization', `Bearer ${'a'.repeat(9000)}`], 'INVALID_TOKEN'],
  ] as const)('(%s) fails as a whole, introspection included', async (_title, headers, reason) => {
    const before = await gateway.statements();
    const answer = await send(headers());
    expect(answer.status).toBe(401);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors[0].extensions).toEqual({
      ...{ code: 'UNAUTHENTICATED', status: 401, reason },
      docUrl: `${gateway.url}/errors#UNAUTHENTICATED`,
    });
    expect(answer.headers['www-authenticate']).toBe(
      reason === 'MISSING_AUTHENTICATION' ? 'Bearer' : 'Bearer error="invalid_token"',
    );
    expect(await gateway.statements()).toEqual(before);
  });

  it('gets its error in the media type that it accepts', async () => {
    const accept = 'application/graphql-response+json';
    const answer = await send(['Authorization', 'Bearer x', 'Accept', accept]);
    expect(answer.headers['content-type']).toBe(`${accept}; charset=utf-8`);
    expect((await send([])).headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('fails for too long a token with 401, and with 431 when the headers are too large', async () => {
    const send = (length: number) =>
      fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${'a'.repeat(length)}` } });
    const long = await send(50_000);
    expect(long.status).toBe(401);
    expect(long.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    const tooLong = await send(100_000);
    expect(tooLong.status).toBe(431);
    expect(await tooLong.text()).toContain('HEADERS_TOO_LARGE');
  });

  it('fails with EXPIRED_TOKEN for an expired token', async () => {
    const expired = await gateway.issuer.sign({ subject: 'a', expiresInSeconds: 60, now: Date.now() - 3_600_000 });
    const answer = await send(['Authorization', `Bearer ${expired}`]);
    expect(answer.body.errors[0].extensions.reason).toBe('EXPIRED_TOKEN');
  });
});

describe('a request with a valid token', () => {
  it('passes with the scheme in any case', async () => {
    const answer = await send(['Authorization', `bEARER ${token}`]);
    expect(answer.body.data.viewer).toEqual({ subject: demoSubjects.viewer });
  });
  it('reads a run', async () => {
    const { orgId, projectId, taskId, id } = demoPlaces.richRun;
    const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;
    expect(await gateway.dataOf(query, { token })).toEqual({ taskRun: { id } });
  });
});
