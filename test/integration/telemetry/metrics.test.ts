// Metrics for errors over every API, for tokens and for reads.

import { connect } from 'node:net';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { differenceOf, useGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const gateway = useGateway();

const as = demoSubjects.viewer;
const malformedRun = (alias: string) => `${alias}: taskRun(orgId: "x", projectId: "x", taskId: "x", id: "x") { id }`;
const fetchAs = async (path: string, init: { method?: string; body?: string } = {}) => {
  const headers = { authorization: `Bearer ${await gateway.tokenFor(as)}`, 'content-type': 'application/json' };
  await (await fetch(`${gateway.url}${path}`, { ...init, headers })).text();
};

describe('gateway_errors_total', () => {
  it.each<[string, () => Promise<unknown>, Record<string, number>]>([
    ['no request without an error', () => gateway.ask('{ viewer { subject } }', { as }), {}],
    [
      'each error of a GraphQL response',
      () => gateway.ask(`{ ${malformedRun('a')} ${malformedRun('b')} }`, { as }),
      { MALFORMED_RESOURCE_IDENTIFIER: 2 },
    ],
    [
      'a document that does not parse',
      () => fetchAs('/graphql', { method: 'POST', body: '{"query":"{"}' }),
      { GRAPHQL_PARSE_FAILED: 1 },
    ],
    [
      'a body that is not a GraphQL request',
      () => fetchAs('/graphql', { method: 'POST', body: '{"query":{}}' }),
      { MALFORMED_REQUEST: 1 },
    ],
    [
      'a GraphQL request without a token',
      () => fetch(`${gateway.url}/graphql`, { method: 'POST' }),
      { MISSING_AUTHENTICATION: 1 },
    ],
    [
      'a REST request with an invalid token',
      () =>
        fetch(`${gateway.url}/api/v1/org/x/project/x/task/x/run/x`, { headers: { authorization: 'Bearer nonsense' } }),
      { INVALID_TOKEN: 1 },
    ],
    [
      'a REST request for a malformed id',
      () => fetchAs('/api/v1/org/x/project/x/task/x/run/x'),
      { MALFORMED_RESOURCE_IDENTIFIER: 1 },
    ],
    ['an unknown path', () => fetch(`${gateway.url}/nowhere`), { ROUTE_NOT_FOUND: 1 }],
    ['a URL that is malformed', () => fetch(`${gateway.url}/%zz`), { MALFORMED_REQUEST: 1 }],
    ['bytes that are not HTTP', () => sendRaw('nonsense\r\n\r\n'), { MALFORMED_REQUEST: 1 }],
  ])('counts %s', async (_title, send, expected) => {
    expect(await differenceOf(gateway.errors, send)).toEqual(expected);
  });

  it('names the entry of each error', async () => {
    const send = async () => {
      await gateway.ask(`{ ${malformedRun('a')} }`, { as });
      await fetchAs('/api/v1/org/x/project/x/task/x/run/x');
      await fetch(`${gateway.url}/nowhere`);
      const socket = await openAs(gateway, as);
      socket.send({ type: 'subscribe', id: '1', payload: { query: `{ ${malformedRun('a')} }` } });
      await socket.next(({ type }) => type === 'complete');
      socket.socket.close();
    };
    const errorsByEntry = async () => numbersIn(await metrics(), /^gateway_errors_total\{entry="(\w+)".*\} (\d+)$/gm);
    expect(await differenceOf(errorsByEntry, send)).toEqual({ graphql: 1, rest: 1, other: 1, websocket: 1 });
  });

  it('leaves one log line for each request', async () => {
    const linesBefore = (await gateway.logLines()).length;
    await fetchAs('/api/v1/org/x/project/x/task/x/run/x');
    await eventually(async () => {
      expect((await gateway.logLines()).slice(linesBefore)).toMatchObject([
        { msg: 'request', codes: { BAD_REQUEST: 1 } },
      ]);
    });
  });
});

describe('gateway_rejected_tokens_total', () => {
  it.each([
    ['form', async () => 'nonsense'],
    ['EXPIRED_TOKEN', () => gateway.issuer.sign({ subject: as, expiresInSeconds: -3600 })],
    ['signature', async () => (await gateway.tokenFor(as)).replace(/.{20}$/, 'A'.repeat(20))],
  ])('counts a token with the cause %s', async (cause, sign) => {
    const token = await sign();
    const causes = async () => numbersIn(await metrics(), /^gateway_rejected_tokens_total\{cause="(\w+)"\} (\d+)$/gm);
    expect(await differenceOf(causes, () => gateway.ask('{ __typename }', { token }))).toEqual({ [cause]: 1 });
  });
});

describe('metrics of reads', () => {
  it('count the waits, statements and keys of each lane, and hits of the caches', async () => {
    const { richRun } = demoPlaces;
    const { orgId, projectId, taskId } = richRun;
    const of = (arguments_: string) =>
      `(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"${arguments_})`;
    const send = async () => {
      for (let repeated = 0; repeated < 2; repeated += 1)
        await gateway.dataOf(`{ taskRun${of(`, id: "${richRun.id}"`)} { id } taskRuns${of('')} { totalCount } }`, {
          as,
        });
    };
    const counts = async () =>
      numbersIn(
        await metrics(),
        /^(gateway_(?:read_wait_seconds_count|statement_keys_count|sql_statement_duration_seconds_count|cache_lookups_total)\{.*\}) (\d+)$/gm,
      );
    const changed = await differenceOf(counts, send);
    expect(changed).toMatchObject({
      // One read of the run, and one of the access to the counted task.
      'gateway_read_wait_seconds_count{lane="point"}': 4,
      'gateway_read_wait_seconds_count{lane="aggregate"}': 2,
      'gateway_statement_keys_count{lane="point"}': 4,
      'gateway_sql_statement_duration_seconds_count{statement="task_runs_by_path"}': 2,
      'gateway_cache_lookups_total{cache="documents",result="hit"}': 1,
      'gateway_cache_lookups_total{cache="documents",result="miss"}': 1,
    });
  });

  it('lack a series of polls without open streams', async () => {
    expect(await metrics()).not.toMatch(/^gateway_changes_poll_age_seconds /m);
    const socket = await openAs(gateway, as);
    const { orgId, projectId } = demoPlaces.richRun;
    const query = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { cursor } }`;
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    await eventually(async () => expect(await metrics()).toMatch(/^gateway_changes_poll_age_seconds [\d.]+$/m));
    socket.socket.close();
    await eventually(async () => expect(await metrics()).not.toMatch(/^gateway_changes_poll_age_seconds /m));
  });
});

const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();

/** Returns the sum of the numbers for each name. */
function numbersIn(text: string, pattern: RegExp): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [, name, number] of text.matchAll(pattern)) numbers[name!] = (numbers[name!] ?? 0) + Number(number);
  return numbers;
}

function sendRaw(bytes: string): Promise<void> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    connect(Number(port), hostname, function (this: import('node:net').Socket) {
      this.on('close', () => resolve()).resume();
      this.write(bytes);
    });
  });
}
