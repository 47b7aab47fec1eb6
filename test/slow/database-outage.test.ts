// The gateway while its PostgreSQL is disconnected, rejects connections, hangs or is blocked. The embedded database
// runs in the gateway's own process and does not have such outages.

import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { describeOnServer } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import type { GraphqlResponse } from '../support/graphql-client.js';
import { type ProxiedGateway, startProxiedGateway } from '../support/proxied-gateway.js';
import { spawnProgram } from '../support/spawned-program.js';
import type { Gateway } from '../support/start-gateway.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}")`;
const runAndViewer = `{ ${run} { id } viewer { subject } }`;
const viewer = { subject: demoSubjects.viewer };
/** Long enough for a statement that succeeds on a busy machine. */
const timeoutMs = 2000;

const messages = {
  SERVICE_UNAVAILABLE: 'A service that the gateway depends on is unavailable.',
  DEADLINE_EXCEEDED: 'The database did not return the value in time.',
};
const unavailable = { code: 'SERVICE_UNAVAILABLE', status: 503, reason: 'SERVICE_UNAVAILABLE', retryAfter: 1 };
const leak =
  /127\.0\.0\.1|localhost|postgres|gateway_test|select |econn|terminat|timeout|stack|\.[jt]s\b|node_modules/i;

describeOnServer('the gateway in an outage of its PostgreSQL', () => {
  let world: ProxiedGateway;
  let proxy: TcpProxy;
  let gateway: Gateway;
  let token: string;
  let downloadUrl: string;

  beforeAll(async () => {
    world = await startProxiedGateway(timeoutMs);
    ({ proxy, gateway } = world);
    token = await gateway.tokenFor(demoSubjects.viewer);
    const { taskRun } = await gateway.dataOf(`{ ${run} { files { downloadUrl } } }`, { token });
    downloadUrl = taskRun.files[0].downloadUrl;
  });
  afterEach(() => proxy.accept());
  afterAll(() => world?.close());

  const ask = () => gateway.ask(runAndViewer, { token });
  const get = async (path: string) => {
    const response = await fetch(new URL(path, gateway.url));
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  const expectUnavailable = (
    { status, text }: GraphqlResponse,
    reason: keyof typeof messages = 'SERVICE_UNAVAILABLE',
  ) => {
    expect(status).toBe(200);
    const extensions = { ...unavailable, reason, docUrl: `${gateway.url}/errors#SERVICE_UNAVAILABLE` };
    expect(JSON.parse(text)).toEqual({
      errors: [{ message: messages[reason], locations: [expect.anything()], path: ['taskRun'], extensions }],
      data: { taskRun: null, viewer },
    });
    // `docUrl` contains the gateway's own URL.
    expect(text.replaceAll(gateway.url, '')).not.toMatch(leak);
  };

  /** Calls all entry points, one after the other, each within the test's time limit. */
  const expectOutage = async (reasonOf: (text: string) => keyof typeof messages = () => 'SERVICE_UNAVAILABLE') => {
    const answer = await ask();
    expectUnavailable(answer, reasonOf(answer.text));
    const live = await get('/health/live');
    expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
    const ready = await get('/health/ready');
    expect([ready.status, ready.body]).toEqual([503, { status: 'database unavailable' }]);
    const metrics = await (await fetch(new URL('/metrics', gateway.url))).text();
    expect(metrics).toMatch(/^gateway_ready 0$/m);
    expect(metrics).toMatch(/^gateway_database_up 0$/m);
    const download = await get(downloadUrl);
    expect(download.status).toBe(503);
    expect(download.headers.get('retry-after')).toBe('1');
    const reason = reasonOf(JSON.stringify(download.body));
    expect(download.body).toEqual({ detail: { message: messages[reason], reason, retry_after: 1 } });
  };

  const expectRecovery = () =>
    eventually(async () => {
      expect(await gateway.dataOf(runAndViewer, { token })).toEqual({ taskRun: { id }, viewer });
      expect((await get('/health/ready')).status).toBe(200);
      expect((await fetch(downloadUrl)).status).toBe(200);
    });

  it.each(['closed', 'reset'] as const)(
    'responds to requests in flight when connections are %s, and recovers',
    async (ending) => {
      proxy.hang();
      const asked = gateway.ask(`{ first: ${run} { id } viewer { subject } second: ${run} { response } }`, { token });
      await proxy.untilUnanswered(1);
      proxy.cut(ending);
      const { status, data, errors } = await asked;
      expect(status).toBe(200);
      expect(data).toEqual({ first: null, viewer, second: null });
      expect(errors!.map(({ path }) => path)).toEqual([['first'], ['second']]);
      for (const { extensions } of errors!) expect(extensions).toEqual(unavailable);
      await proxy.accept();
      await expectRecovery();
    },
  );

  it('responds to requests in flight when the server ends its backends, and recovers', async () => {
    await world.whileLocked(async () => {
      const asked = ask();
      await eventually(async () => expect(await world.waitingForLock()).toBe(1));
      await world.terminateBackends();
      expectUnavailable(await asked);
    });
    await expectRecovery();
  });

  it('responds while connections are rejected, and recovers', async () => {
    await proxy.reject();
    await expectOutage();
    await proxy.accept();
    await expectRecovery();
  });

  it('responds in time while the server hangs, and recovers', async () => {
    // Either an existing connection hangs, or no connection is available.
    const either = (text: string) => (text.includes('DEADLINE') ? 'DEADLINE_EXCEEDED' : 'SERVICE_UNAVAILABLE');
    proxy.hang();
    await expectOutage(either);
    await expectOutage(either);
    await proxy.accept();
    await expectRecovery();
  });

  it('lets a connection that died in silence delay no request but its own', async () => {
    await expectRecovery();
    // Leaves at most one idle connection.
    proxy.cut();
    await eventually(async () => expect((await ask()).errors).toBeUndefined());
    proxy.freeze();
    const lost = ask();
    await proxy.untilUnanswered(1);
    let isLostAnswered = false;
    const noted = lost.then(() => {
      isLostAnswered = true;
    });
    expect((await ask()).data).toEqual({ taskRun: { id }, viewer });
    expect(isLostAnswered).toBe(false);
    await noted;
    expectUnavailable(await lost, 'DEADLINE_EXCEEDED');
    await expectRecovery();
  });

  it('responds in time for blocked rows, and at once for all others', async () => {
    await world.whileLocked(async () => {
      let answered = 0;
      const blocked = Array.from({ length: 20 }, async () => {
        const answer = await ask();
        answered += 1;
        return answer;
      });
      await eventually(async () => expect(await world.waitingForLock()).toBeGreaterThan(0));
      expect(await gateway.dataOf('{ viewer { subject } }', { token })).toEqual({ viewer });
      expect((await get('/health/ready')).status).toBe(200);
      expect(answered).toBeLessThan(blocked.length);

      for (const answer of await Promise.all(blocked)) expectUnavailable(answer, 'DEADLINE_EXCEEDED');
      // The statements have also ended on the server.
      await eventually(async () => expect(await world.waitingForLock()).toBe(0));
    });
    await expectRecovery();
  });

  it('treats a lock limit that the database sets as an outage, too', async () => {
    await world.session.query(`ALTER DATABASE ${world.session.database} SET lock_timeout = '50ms'`);
    // This applies to new connections.
    proxy.cut();
    await expectRecovery();
    await world.whileLocked(async () => expectUnavailable(await ask(), 'DEADLINE_EXCEEDED'));
    await world.session.query(`ALTER DATABASE ${world.session.database} RESET lock_timeout`);
    proxy.cut();
    await expectRecovery();
  });

  it('logs the cause of an outage, and nothing of the connection', async () => {
    await expectRecovery();
    const before = (await gateway.logLines()).length;
    proxy.cut();
    await eventually(async () => expect((await gateway.logLines()).length).toBeGreaterThan(before));
    await proxy.reject();
    expectUnavailable(await ask());
    const warnings = (await gateway.logLines()).slice(before).filter(({ level }) => level === 40);
    expect(warnings.map(({ err }) => (err as Error).message)).toEqual(
      expect.arrayContaining(['Connection terminated unexpectedly', expect.stringContaining('ECONNREFUSED')]),
    );
    expect(JSON.stringify(warnings)).not.toMatch(/secretKey|connectionParameters|SELECT/);
  });

  it('lives on when its idle connections end, and stops in order while the server hangs', async () => {
    const program = spawnProgram(['main.js'], {
      ...world.environment,
      PORT: '0',
      DATA_DIR: gateway.dataDir,
      AUTH_ISSUERS: JSON.stringify([gateway.issuer.config]),
    });
    try {
      const { url } = JSON.parse(await program.line(/"url":/));
      await world.terminateBackends();
      await eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));

      // Readiness is not checked if a statement has just succeeded.
      await after(1100);
      proxy.hang();
      const ready = fetch(`${url}/health/ready`);
      await proxy.untilUnanswered(1);
      program.kill('SIGTERM');
      expect((await ready).status).toBe(503);
      const { code, errors } = await program.ended;
      expect([code, errors]).toEqual([0, '']);
    } finally {
      program.kill('SIGKILL');
    }
  });
});

it('the gateway fails to start on a server that hangs, in time and with an error', async () => {
  const silent = await TcpProxy.start({ host: '127.0.0.1', port: 1 });
  silent.hang();
  const { code, errors } = await spawnProgram(['main.js'], {
    DATA_DIR: join(process.env.TEST_TEMPLATE_FOLDER!, 'demo'),
    DATABASE_URL: `postgres://somebody:hunter2@127.0.0.1:${silent.port}/somewhere`,
    DATABASE_TIMEOUT_MS: String(timeoutMs),
    AUTH_ISSUERS: '[{"issuer":"https://issuer.example/","jwks":"https://issuer.example/jwks"}]',
  }).ended;
  await silent.reject();
  expect(code).toBe(1);
  expect(errors).toMatch(/^The gateway could not start: .*timeout.*\n$/);
  expect(errors).not.toContain('hunter2');
});
