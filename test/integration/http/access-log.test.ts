// Every denied access appears in the log, and exactly once in gateway_errors_total, whichever way it is requested.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

let gateway: Gateway;
let strangerToken: string;
beforeAll(async () => {
  gateway = await startGateway();
  strangerToken = await gateway.tokenFor('stranger');
});
afterAll(() => gateway.close());

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const absent = '01a01e2f-0000-0000-0000-000000000000';
const path = `orgId: "${orgId}", projectId: "${projectId}"`;
const restRun = `/api/v1/org/${orgId.toUpperCase()}/project/${projectId}/task/${taskId}/run/${id}`;
const requestId = 'request-of-this-test';

const send = async (url: string, token: string | null, body?: object) => {
  const response = await fetch(url.startsWith('http') ? url : `${gateway.url}${url}`, {
    headers: {
      'content-type': 'application/json',
      'x-request-id': requestId,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  return response.text();
};
const ask = (query: string, token: string | null = strangerToken) => send('/graphql', token, { query });
const entities = (representation: object) =>
  send('/graphql', strangerToken, {
    query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    variables: { r: [representation] },
  });

/** Returns the log lines and counted errors for `attempt`. */
async function traceOf(attempt: () => Promise<unknown>) {
  const [lines, errors] = [(await gateway.logLines()).length, await gateway.errors()];
  await attempt();
  // A request's line is written after its last byte has been sent.
  let logged: readonly Record<string, unknown>[] = [];
  await eventually(async () => {
    logged = (await gateway.logLines()).slice(lines);
    expect(logged.at(-1)?.msg).toBe('request');
  });
  const counted = Object.entries(await gateway.errors()).map(([reason, count]) => [
    reason,
    count - (errors[reason] ?? 0),
  ]);
  return {
    logged,
    denials: logged.filter(({ event }) => event === 'access_denied'),
    request: logged.find(({ msg }) => msg === 'request')!,
    counted: Object.fromEntries(counted.filter(([, count]) => count !== 0)),
  };
}

const who = {
  issuer: 'https://demo.task-run-gateway.invalid/',
  subject: 'stranger',
  clientId: 'task-run-gateway-demo',
};
const where = { address: '127.0.0.1', reqId: requestId };
const forbidden = { reason: 'PERMISSION_CHECK_FAILED', permission: 'read', resource: 'task_run', ...who, ...where };
const projectPath = { orgId, projectId };
const taskPath = { ...projectPath, taskId };
const runPath = { ...taskPath, id };

/** Omits the members that every line has. */
function ownMembers({ level, time, msg, event, pid, hostname, ...members }: Record<string, unknown>): object {
  return members;
}

describe('a denied access', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['to a run', () => ask(`{ taskRun(${path}, taskId: "${taskId}", id: "${id}") { id } }`), runPath],
    ['to runs by ids', () => ask(`{ taskRunsByIds(${path}, taskId: "${taskId}", ids: ["${id}"]) { id } }`), runPath],
    ["to a task's list", () => ask(`{ taskRuns(${path}, taskId: "${taskId}") { nodes { id } } }`), taskPath],
    ["to a project's list", () => ask(`{ taskRuns(${path}) { totalCount } }`), projectPath],
    ['to statistics', () => ask(`{ taskRunStats(${path}) { runs } }`), projectPath],
    ['to an entity by its path', () => entities({ __typename: 'TaskRun', ...runPath }), runPath],
    ['to an entity by its id', () => entities({ __typename: 'TaskRun', id }), runPath],
    ['to an entity that does not exist', () => entities({ __typename: 'TaskRun', id: absent }), { id: absent }],
    [
      'to a reporting group',
      () => entities({ __typename: 'ReportingGroup', id: absent }),
      { id: absent, resource: 'reporting_group' },
    ],
    ['to a run over REST', () => send(restRun, strangerToken), runPath],
    ['to a list over REST', () => send(restRun.replace(/\/[^/]+$/, ''), strangerToken), taskPath],
    ['to a file', () => send(`${restRun}/file/x.png`, strangerToken), runPath],
  ])('%s leaves one line in the log with all that an auditor asks for', async (_case, attempt, target) => {
    const { denials, request, counted } = await traceOf(attempt);
    expect(denials).toHaveLength(1);
    expect(ownMembers(denials[0]!)).toEqual({ ...forbidden, ...target });
    expect(counted).toEqual({ PERMISSION_CHECK_FAILED: 1 });
    expect(request.codes).toEqual({ FORBIDDEN: 1 });
  });

  it('through a confined token leaves a line in the log, too', async () => {
    const token = await gateway.tokenFor(demoSubjects.viewer, { orgId: absent });
    const { denials } = await traceOf(() =>
      ask(`{ taskRun(${path}, taskId: "${taskId}", id: "${id}") { id } }`, token),
    );
    expect(denials).toMatchObject([{ subject: demoSubjects.viewer, ...runPath }]);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['GraphQL without a token', () => ask('{ viewer { subject } }', null), { reason: 'MISSING_AUTHENTICATION' }],
    [
      'GraphQL with an invalid token',
      () => ask('{ viewer { subject } }', 'nonsense'),
      { reason: 'INVALID_TOKEN', cause: 'Error: The token is not a signed JWT in compact form.' },
    ],
    ['REST without a token', () => send(restRun, null), { reason: 'MISSING_AUTHENTICATION', ...runPath }],
    [
      'a file without a token',
      () => send(`${restRun}/file/x.png`, null),
      { reason: 'MISSING_AUTHENTICATION', ...runPath },
    ],
    [
      'a link with another signature',
      () => send(`${restRun}/file/x.png?inline=false&expires=9999999999&subject=${'a'.repeat(16)}&signature=x`, null),
      { reason: 'INVALID_SIGNATURE', ...runPath },
    ],
  ])('through %s leaves one line in the log', async (_case, attempt, members) => {
    const { logged, denials, counted } = await traceOf(attempt);
    expect(ownMembers(denials[0]!)).toEqual({ ...where, ...members });
    expect(logged.map((line) => line.msg)).toEqual(['access denied', 'request']);
    expect(Object.values(counted)).toEqual([1]);
  });

  it('leaves 20 lines in the log for one request, and the number of the rest', async () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `a${index}: taskRuns(${path}) { totalCount }`);
    const runs = aliases.map((alias) =>
      alias.replace(/taskRuns.*/, `taskRun(${path}, taskId: "${taskId}", id: "${id}") { id }`),
    );
    const { denials, request, counted } = await traceOf(() => ask(`{ ${runs.join(' ')} }`));
    expect(denials).toHaveLength(21);
    expect(denials.at(-1)).toMatchObject({ event: 'access_denied', more: 280, reqId: requestId });
    expect(request.codes).toEqual({ FORBIDDEN: 300 });
    expect(counted).toEqual({ PERMISSION_CHECK_FAILED: 300 });
  });

  it('leaves nothing of the token in the log, nor an id that is malformed', async () => {
    const { logged, denials } = await traceOf(() =>
      send('/api/v1/org/secret/project/x/task/x/run/x', `${strangerToken}x`),
    );
    expect(denials).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toMatch(/secret|eyJ/);
  });
});

describe('A signed link', () => {
  const files = async (as: string): Promise<{ downloadUrl: string }[]> => {
    const query = `{ taskRun(${path}, taskId: "${taskId}", id: "${id}") { files { downloadUrl } } }`;
    return (await gateway.dataOf(query, { as })).taskRun.files;
  };
  const subjectOf = ({ downloadUrl }: { downloadUrl: string }) => new URL(downloadUrl).searchParams.get('subject')!;
  const { viewer, owner } = demoSubjects;

  it('carries a digest of its subject, which appears in the log when it is used', async () => {
    const [file] = await files(viewer);
    const { request, denials } = await traceOf(() => send(file!.downloadUrl, null));
    expect(subjectOf(file!)).toMatch(/^[\w-]{16}$/);
    expect(request).toMatchObject({ status: 200, linkSubject: subjectOf(file!) });
    expect(denials).toEqual([]);
  });

  it('stays the same in a run over REST for a while, with its entity tag, but differs between callers', async () => {
    const tagFor = async (as: string) => {
      const response = await fetch(`${gateway.url}${restRun}`, {
        headers: { authorization: `Bearer ${await gateway.tokenFor(as)}` },
      });
      await response.text();
      return response.headers.get('etag');
    };
    expect(await tagFor(viewer)).toBe(await tagFor(viewer));
    expect(await tagFor(viewer)).not.toBe(await tagFor(owner));
  });
});

describe('the log line of a request whose client leaves', () => {
  const lineOf = async (attempt: () => Promise<unknown>) => (await traceOf(attempt)).request;

  it('appears for a stream of events', async () => {
    const token = await gateway.tokenFor(demoSubjects.owner);
    const open = async () => {
      const client = new AbortController();
      const response = await fetch(`${gateway.url}${restRun.replace(/run\/.*/, 'run/changes')}`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
        signal: client.signal,
      });
      await response.body!.getReader().read();
      client.abort();
    };
    expect(await lineOf(open)).toMatchObject({ method: 'GET', status: 200, aborted: true });
  });

  it('appears for a request without a response', async () => {
    const { hostname, port } = new URL(gateway.url);
    const token = await gateway.tokenFor(demoSubjects.owner);
    const leave = async () => {
      const socket = connect(Number(port), hostname);
      const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json`;
      socket.write(`${head}\r\nContent-Length: 1000\r\n\r\n{"query"`);
      await sleep(200);
      socket.destroy();
    };
    expect(await lineOf(leave)).toMatchObject({ method: 'POST', route: '/graphql', status: 499, aborted: true });
  });

  it('mentions no abort where the client waited', async () => {
    expect(await lineOf(() => ask('{ __typename }'))).not.toHaveProperty('aborted');
  });
});

describe('a successful probe', () => {
  it('leaves its log line at a lower level than other requests', async () => {
    const { logged } = await traceOf(async () => {
      for (const path of ['/health/live', '/health/ready', '/metrics'])
        await (await fetch(`${gateway.url}${path}`)).text();
      await ask('{ __typename }');
    });
    const [debug, info] = [20, 30];
    expect(logged.map(({ route, level }) => [route, level])).toEqual([
      ['/health/live', debug],
      ['/health/ready', debug],
      ['/metrics', debug],
      ['/graphql', info],
    ]);
  });
});
