// ADMIN_PORT: health and metrics on a separate port, which stays open longer than the public one.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import { freePort } from '../support/free-port.js';
import { createHalfRequest } from '../support/half-request.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

let dataDir: string;
let program: SpawnedProgram;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-admin-port-'));
  await copyDataDir('demo-embedded', dataDir);
});
afterEach(async () => {
  program.kill('SIGKILL');
  await program.ended;
  await rm(dataDir, { recursive: true, force: true });
});

const start = (adminPort: number) => {
  program = spawnProgram(['main.js', '--admin-port', String(adminPort)], {
    DATA_DIR: dataDir,
    PORT: '0',
    SHUTDOWN_TIMEOUT_MS: '60000',
  });
};

describe('the admin port', () => {
  it('serves metrics instead of the public port, and health next to it, until the very end of a shutdown', async () => {
    const adminPort = await freePort();
    start(adminPort);
    const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
    const [first] = program.lines.filter((line) => line.includes('Server listening'));
    expect(first).toContain(`http://127.0.0.1:${adminPort}"`);
    const statusOf = async (base: string, path: string) => (await fetch(`${base}${path}`)).status;
    const admin = `http://127.0.0.1:${adminPort}`;
    const statuses = await Promise.all(
      [url, admin].flatMap((base) =>
        ['/metrics', '/health/live', '/health/ready', '/openapi.json'].map((path) => statusOf(base, path)),
      ),
    );
    expect(statuses).toEqual([404, 200, 200, 200, 200, 200, 200, 404]);
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const response = await fetch(`${admin}/graphql?query={__typename}`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([404, null]);
      expect(await response.json()).toMatchObject({ detail: { reason: 'ROUTE_NOT_FOUND' } });
    }

    // A request that is still arriving delays the shutdown.
    const issuer = await openDemoIssuer(dataDir);
    const token = await issuer.sign({ subject: 'somebody', expiresInSeconds: 600, now: Date.now() });
    const { hostname, port } = new URL(url);
    const { answer, sendRest } = await createHalfRequest(url, token);
    program.kill('SIGTERM');
    await program.line(/"shutting down"/);
    await expect(isRejected(Number(port), hostname)).resolves.toBe(true);
    const ready = await fetch(`${admin}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, '{"status":"shutting down"}']);
    expect(await statusOf(admin, '/health/live')).toBe(200);
    sendRest();
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(await program.ended).toMatchObject({ code: 0 });
  });

  it('responds while clients have more connections than the process may have open files', async () => {
    const adminPort = await freePort();
    program = spawnProgram(
      { shell: `ulimit -n 256 && exec '${process.execPath}' main.js --admin-port ${adminPort}` },
      { DATA_DIR: dataDir, PORT: '0' },
    );
    const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
    expect(await program.line(/ulimit/)).toContain('The limit of 256 open files (ulimit -n)');
    const { hostname, port } = new URL(url);
    const sockets = Array.from({ length: 400 }, () => connect(Number(port), hostname).on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const base of [`http://127.0.0.1:${adminPort}`, url]) {
      expect((await fetch(`${base}/health/ready`)).status).toBe(200);
    }
    for (const socket of sockets) socket.destroy();
  });

  it('keeps the gateway from starting where it is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    start(port);
    const { code, errors } = await program.ended;
    taken.close();
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `The gateway could not start: 127.0.0.1:${port} is in use. Change ADMIN_PORT, or stop the process that listens there.\n`,
    });
  });
});

/** Resolves once connections are no longer accepted. */
async function isRejected(port: number, host: string): Promise<boolean> {
  for (;;) {
    const socket = connect(port, host);
    const isOpen = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (!isOpen) return true;
    await sleep(20);
  }
}
