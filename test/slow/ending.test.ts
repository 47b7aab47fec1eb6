// The end of the process while a request's body is still arriving: the request gets its response, unless a second
// signal arrives.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { createHalfRequest } from '../support/half-request.js';
import { dist, type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir, createTestDatabase } from '../support/template-database.mjs';

let dataDir: string;
let token: string;
let program: SpawnedProgram;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-ending-'));
  await copyDataDir('demo-embedded', dataDir);
  const issuer = await openDemoIssuer(dataDir);
  token = await issuer.sign({ subject: 'somebody', expiresInSeconds: 600, now: Date.now() });
});
afterEach(async () => {
  program.kill('SIGKILL');
  await program.ended;
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts a gateway and sends half of a request. */
async function startAndSendHalf(how: Parameters<typeof spawnProgram>[0]) {
  program = spawnProgram(how, { DATA_DIR: dataDir, PORT: '0' });
  const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
  const { answer: closed, sendRest } = await createHalfRequest(url, token);
  return { closed, sendRest };
}

const answer = /^HTTP\/1.1 200 OK\r\n[\s\S]*\{"data":\{"viewer":\{"subject":"somebody"\}\}\}$/;

describe('a process that receives a stop signal', () => {
  it('treats concurrent signals as one', async () => {
    const { closed, sendRest } = await startAndSendHalf(['main.js']);
    program.kill('SIGINT');
    await sleep(20);
    program.kill('SIGINT');
    program.kill('SIGTERM');
    await sleep(300);
    sendRest();
    expect(await closed).toMatch(answer);
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(program.lines.filter((line) => line.includes('"shutting down"'))).toHaveLength(1);
  });

  it('ends at once at another signal a second later, and exits 1', async () => {
    const { closed } = await startAndSendHalf(['main.js']);
    program.kill('SIGTERM');
    await program.line(/"shutting down"/);
    await sleep(1300);
    program.kill('SIGTERM');
    expect(await closed).toBe('');
    expect(await program.ended).toMatchObject({ code: 1 });
  });

  const posixOnly = process.platform === 'win32' ? it.skip : it;
  posixOnly('stops as well when the shell that npm runs it in has gone', async () => {
    const main = join(dist, 'main.js');
    const { closed, sendRest } = await startAndSendHalf({
      shell: `"${process.execPath}" "${main}" start --end-with-parent; exit`,
    });
    try {
      program.kill('SIGTERM');
      await program.line(/"the parent process ended".*"shutting down"/);
      sendRest();
      expect(await closed).toMatch(answer);
      await program.ended;
    } catch (error) {
      process.kill(-program.pid, 'SIGKILL');
      throw error;
    }
  });
});

describe.each(['throw error', 'Promise.reject(error)'])('a process without a handler for what "%s" does', (fail) => {
  it('logs the place, but not the message, responds to requests in flight, and exits 1', async () => {
    const { closed, sendRest } = await startAndSendHalf({
      script: `
        import ${JSON.stringify(pathToFileURL(join(dist, 'main.js')).href)};
        process.on('SIGUSR1', function onPurpose() {
          const error = Object.assign(new TypeError('hunter2\\n    at hunter2'), { code: 'E_TEST', detail: 'hunter2' });
          ${fail};
        });`,
    });
    program.kill('SIGUSR1');
    const line = JSON.parse(await program.line(/uncaught error/));
    expect(line.err).toMatchObject({
      type: 'TypeError',
      code: 'E_TEST',
      at: [expect.stringContaining('onPurpose'), expect.any(String)],
    });
    sendRest();
    expect(await closed).toMatch(answer);
    const { code, output, errors } = await program.ended;
    expect(code).toBe(1);
    expect(output + errors).not.toContain('hunter2');
  });
});

describe('a process whose log is a pipe that nobody reads', () => {
  it.each([
    ['ends at a stop signal', 1, [null, 'SIGKILL']],
    // The embedded database serves a single process.
    ...(process.env.TEST_DATABASE_URL
      ? ([['ends its processes, and exits 1, at a stop signal', 2, [1, null]]] as const)
      : []),
  ] as const)('%s', async (_title, processes, ending) => {
    const port = await freePort();
    const database = processes === 1 ? undefined : await createTestDatabase();
    const { config } = await openDemoIssuer(dataDir);
    const environment = {
      ...{ PATH: process.env.PATH!, DATA_DIR: dataDir, PORT: String(port), DEMO_RUNS_PER_MINUTE: '0' },
      ...{ PROCESSES: String(processes), AUTH_ISSUERS: JSON.stringify([config]) },
      ...(database?.url && { DATABASE_URL: database.url }),
    };
    // Its output is never read.
    const child = spawn(process.execPath, [join(dist, 'main.js')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    program = { kill: (signal: NodeJS.Signals) => child.kill(signal), ended: once(child, 'exit') } as never;
    const url = `http://127.0.0.1:${port}/no/such/path`;
    await eventually(async () => expect((await fetch(url)).status).toBe(404));
    const lines = Array.from({ length: 40 }, async () => {
      for (let index = 0; index < 100; index += 1) {
        const response = await fetch(url, { headers: { 'x-request-id': 'r'.repeat(64), connection: 'close' } });
        expect(response.status).toBe(404);
        await response.text();
      }
    });
    await Promise.all(lines);
    child.kill('SIGTERM');
    const ended = await program.ended;
    if (processes === 1) expect(ended).toEqual(ending);
    // It is also killed if its own last lines cannot be written.
    else expect([ending, [null, 'SIGKILL']]).toContainEqual(ended);
    await database?.drop();
  });
});
