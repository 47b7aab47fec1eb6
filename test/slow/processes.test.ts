// Several processes on one port: their common logs and metrics, the replacement of one, and the end of all.

import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { createHalfRequest } from '../support/half-request.js';
import { createEmptyDatabase } from '../support/own-database.js';
import { dist, type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase, onServer } from '../support/template-database.mjs';
import { openWebSocket } from '../support/websocket-client.js';

describeOnServer('a gateway of two processes', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
  let token: string;
  let program: SpawnedProgram;
  let pids: readonly number[];
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createDemoIssuerFolder();
    token = await folder.issuer.sign({ subject: demoSubjects.viewer, expiresInSeconds: 3600, now: Date.now() });
  });
  afterEach(async () => {
    if (isRunning(program.pid)) program.kill('SIGKILL');
    await program.ended;
    await eventually(async () => expect(pids.filter(isRunning)).toEqual([]));
  });
  afterAll(async () => {
    await folder.remove();
    await database.drop();
  });

  function spawn(environment: Record<string, string> = {}, how: Parameters<typeof spawnProgram>[0] = ['main.js']) {
    pids = [];
    program = spawnProgram(how, {
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
      DATA_DIR: folder.dataDir,
      PROCESSES: '2',
      PORT: '0',
      ...environment,
    });
  }
  /** @returns the URL */
  async function start(...how: Parameters<typeof spawn>): Promise<string> {
    spawn(...how);
    const { url, pid, processes } = JSON.parse(await program.line(/"listening"/));
    expect(processes).toBe(2);
    pids = await childrenOf(pid);
    expect(pids).toHaveLength(2);
    return url;
  }
  const headers = () => ({ authorization: `Bearer ${token}` });
  const { orgId, projectId, taskId, id } = demoPlaces.richRun;
  const fetchRun = (url: string) =>
    fetch(`${url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`, {
      headers: { ...headers(), connection: 'close' },
    });
  const logged = (message: string) =>
    program.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg === message);
  /** Returns the number of requests for a run that each process has handled. */
  async function measured(url: string): Promise<Record<string, number>> {
    const text = await (await fetch(`${url}/metrics`)).text();
    const counts = text.matchAll(
      /^http_request_duration_seconds_count\{process="(\d)",method="GET",route="[^"]*\/run\/:[^"/]*",status="200"\} (\d+)$/gm,
    );
    return Object.fromEntries([...counts].map(([, process, count]) => [process!, Number(count)]));
  }

  it('logs once that it listens, and labels its processes in metrics and log lines', async () => {
    const adminPort = await freePort();
    const admin = `http://127.0.0.1:${adminPort}`;
    const url = await start({ DEMO: 'on', ADMIN_PORT: `${adminPort}` });
    const answers = await Promise.all(Array.from({ length: 40 }, () => fetchRun(url)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const counts = await measured(admin);
    expect(Object.keys(counts)).toEqual(['1', '2']);
    expect(counts['1']! + counts['2']!).toBe(40);
    const text = await (await fetch(`${admin}/metrics`)).text();
    expect(text.match(/^# TYPE process_cpu_seconds_total counter$/gm)).toHaveLength(1);
    expect(text.match(/^process_cpu_seconds_total\{process="[12]"\} /gm)).toHaveLength(2);
    expect(new Set(logged('request').map(({ pid }) => pid))).toEqual(new Set(pids));
    expect(logged('listening')).toHaveLength(1);
    expect(program.lines.filter((line) => line.includes('It also trusts the demo issuer'))).toHaveLength(1);
  });

  it('replaces a process that is killed, while the other serves', async () => {
    const url = await start();
    process.kill(pids[0]!, 'SIGKILL');
    expect(JSON.parse(await program.line(/"worker exited"/))).toEqual({
      level: 50,
      time: expect.any(String),
      pid: program.pid,
      ended: pids[0],
      code: null,
      signal: 'SIGKILL',
      livedMs: expect.any(Number),
      msg: 'worker exited',
    });
    for (let sent = 0; sent < 20; sent += 1) expect((await fetchRun(url)).status).toBe(200);
    await eventually(async () => {
      await fetchRun(url);
      expect(Object.keys(await measured(url))).toEqual(['1', '2']);
    });
    pids = await childrenOf(program.pid);
    expect(pids).toHaveLength(2);
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0, errors: '' });
  });

  it('responds on every connection, or closes it, when a process is killed before it has accepted its connections', async () => {
    const adminPort = await freePort();
    const url = await start({ ADMIN_PORT: `${adminPort}` });
    const ask = (port: string | number) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'),
      );
      let outcome = 'open';
      socket.on('error', () => {});
      socket.on('data', () => (outcome = 'answered')).on('close', () => (outcome = 'closed'));
      return { socket, outcome: () => outcome };
    };
    // A stopped process gets connections, but cannot accept them.
    process.kill(pids[0]!, 'SIGSTOP');
    const asked = Array.from({ length: 6 }, () => ask(new URL(url).port));
    const outcomes = (expected: string) => asked.filter(({ outcome }) => outcome() === expected).length;
    await eventually(async () => expect(outcomes('open')).toBe(1));
    process.kill(pids[0]!, 'SIGKILL');
    await program.line(/"worker exited"/);
    asked.push(...Array.from({ length: 6 }, () => ask(adminPort)));
    await eventually(async () => expect([outcomes('answered'), outcomes('closed')]).toEqual([11, 1]));
    for (const { socket } of asked) socket.destroy();
    pids = await childrenOf(program.pid);
  });

  it('serves again when all of its processes were killed, and these again as soon as one serves', async () => {
    const url = await start({ PORT: `${await freePort()}` });
    const killAll = async () => {
      for (const pid of await childrenOf(program.pid)) process.kill(pid, 'SIGKILL');
    };
    // A connection that was passed to a process when it was killed gets no response.
    const serves = () =>
      eventually(async () => {
        const signal = AbortSignal.timeout(1000);
        const { status } = await fetch(`${url}/health/live`, { headers: { connection: 'close' }, signal });
        expect(status).toBe(200);
      });
    for (let wave = 1; wave <= 3; wave += 1) {
      await killAll();
      await serves();
    }
    await eventually(async () => {
      pids = await childrenOf(program.pid);
      expect(pids).toHaveLength(2);
    });
    expect((await fetchRun(url)).status).toBe(200);
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0, errors: '' });
  });

  it('logs no error about a replacement that has not begun to listen at a stop signal', async () => {
    await start();
    process.kill(pids[0]!, 'SIGKILL');
    await program.line(/"restarting worker"/);
    await eventually(async () => {
      pids = await childrenOf(program.pid);
      expect(pids).toHaveLength(2);
    });
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0, errors: '' });
    expect(logged('worker could not be restarted')).toEqual([]);
  });

  it.each([
    ['it gets a signal to stop', () => program.kill('SIGTERM'), 0],
    ['its parent is killed', () => program.kill('SIGKILL'), null],
  ])('responds to requests in flight when %s', async (_, stop, code) => {
    const url = await start();
    const halves = await Promise.all(Array.from({ length: 4 }, () => createHalfRequest(url, token)));
    const socket = await openWebSocket({ url });
    stop();
    expect(await socket.closed).toMatchObject({ code: 1001 });
    for (const half of halves) half.sendRest();
    for (const half of halves) expect(await half.answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*"subject"/);
    expect((await program.ended).code).toBe(code);
    await eventually(async () => expect(pids.filter(isRunning)).toEqual([]));
  });

  it('ends at once at another signal a second later, and exits 1', async () => {
    const url = await start({ SHUTDOWN_TIMEOUT_MS: '60000' });
    const half = await createHalfRequest(url, token);
    program.kill('SIGTERM');
    await program.line(/"shutting down"/);
    await sleep(1300);
    program.kill('SIGTERM');
    expect(await half.answer).toBe('');
    expect(await program.ended).toMatchObject({ code: 1 });
  });

  it('leaves nothing behind when the shell that npm runs it in has ended', async () => {
    await start({}, { shell: `"${process.execPath}" "${join(dist, 'main.js')}" start --end-with-parent; exit` });
    program.kill('SIGTERM');
    await program.ended;
    await eventually(async () => expect(pids.filter(isRunning)).toEqual([]));
  });

  it('reports once why it cannot start, and exits 1', async () => {
    const empty = await createEmptyDatabase();
    spawn({ DATABASE_URL: empty.url });
    const { code, output, errors } = await program.ended;
    expect(code).toBe(1);
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['worker exited']);
    expect(errors).toMatch(/^The gateway could not start: The database lacks the migrations? .*\n$/);
    await empty.drop();
  });

  it('ends when one of its processes cannot start, and exits 1', async () => {
    const role = `gateway_limited_${process.pid}`;
    await onServer(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 1; GRANT pg_read_all_data TO ${role}`);
    const url = new URL(database.url!);
    url.username = role;
    spawn({ DATABASE_URL: url.href, DATABASE_POOL_SIZE: '1' });
    const { code, output, errors } = await program.ended;
    await onServer(`DROP ROLE ${role}`);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The gateway could not start: .*too many connections.*\n$/);
    expect(output).not.toContain('"listening"');
  });

  it('closes connections beyond MAX_CONNECTIONS of each process, and its parent rests', async () => {
    const url = await start({ MAX_CONNECTIONS: '2' });
    const { hostname, port } = new URL(url);
    let closed = 0;
    const sockets = Array.from({ length: 10 }, () =>
      connect(Number(port), hostname)
        .on('error', () => {})
        .on('close', () => {
          closed += 1;
        }),
    );
    // A busy process is skipped, so one of the two may have fewer than its two connections.
    await eventually(async () => expect(closed).toBeGreaterThanOrEqual(6));
    const closedAtFirst = closed;
    const before = await cpuTicksOf(program.pid);
    await sleep(1000);
    expect((await cpuTicksOf(program.pid)) - before).toBeLessThan(20);
    expect(closed).toBe(closedAtFirst);
    expect(closed).toBeLessThan(sockets.length);
    for (const socket of sockets) socket.destroy();
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Returns the CPU time of a process in hundredths of a second. */
async function cpuTicksOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
