// The built program as a process: signals, exit codes and what it says when its configuration is wrong.

import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDemoIssuer } from '../../../src/access/tokens/demo-issuer.js';

let folder: string;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-process-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['dist/src/main.js'], { env: { PATH: process.env.PATH!, ...environment } });
  running.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exit = new Promise<{ code: number | null; output: string; errors: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output, errors })),
  );
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const listening = /"url":"([^"]+)"/.exec(output);
      if (listening) resolve(listening[1]!);
    });
    void exit.then(() => reject(new Error(`It ended before it listened: ${output}${errors}`)));
  });
  url.catch(() => {});
  return { child, exit, url };
}

async function startOnDemoData() {
  const dataDir = join(folder, 'data');
  await cp(process.env.TEST_TEMPLATE_DATA_DIR!, dataDir, { recursive: true });
  const issuer = await openDemoIssuer(dataDir);
  const token = await issuer.sign({ subject: 'somebody', expiresInSeconds: 600, now: Date.now() });
  const started = start({ DATA_DIR: dataDir, PORT: '0' });
  return { ...started, url: await started.url, token };
}

describe('the process', () => {
  it('answers what is running when it is told to stop, even a request whose body is still arriving, and exits 0', async () => {
    const { child, exit, url, token } = await startOnDemoData();
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname);
    const silentClosed = new Promise((resolve) => silent.on('close', resolve));
    silent.on('error', () => {});

    const body = '{"query":"{ viewer { subject } }"}';
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const answer = new Promise<string>((resolve, reject) => {
      const half = request({ hostname, port, path: '/graphql', method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      half.on('error', reject);
      half.write(body.slice(0, 10));
      setTimeout(() => child.kill('SIGTERM'), 200);
      setTimeout(() => half.end(body.slice(10)), 700);
    });
    expect(JSON.parse(await answer)).toEqual({ data: { viewer: { subject: 'somebody' } } });
    const { code } = await exit;
    expect(code).toBe(0);
    await silentClosed;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('waits for a body that never arrives as long as it may, ten seconds by default, and exits 0', async () => {
    const { child, exit, url, token } = await startOnDemoData();
    const { hostname, port } = new URL(url);
    const half = connect(Number(port), hostname);
    half.on('error', () => {});
    half.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    await sleep(300);
    const told = Date.now();
    child.kill('SIGTERM');
    const { code, output } = await exit;
    expect(Date.now() - told).toBeGreaterThan(9900);
    expect(output).not.toContain('shutting down failed');
    expect(code).toBe(0);
  });

  it('lists every fault of its configuration at once, without the values, and exits 1', async () => {
    const { code, errors } = await start({
      PORT: 'eighty',
      DATABASE_URL: 'mysql://user:hunter2@localhost/x',
      PUBLIC_URL: 'ftp://x',
      FILES_URL: 'nonsense',
      LOG_LEVEL: 'loud',
      DATA_DIR: folder,
    }).exit;
    expect(code).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'PUBLIC_URL', 'FILES_URL', 'LOG_LEVEL', 'AUTH_ISSUERS']) {
      expect(errors).toContain(`- ${name} `);
    }
    expect(errors).not.toContain('hunter2');
    expect(errors).not.toContain('    at ');
  });

  it('says in one line that its database cannot be reached, and exits 1', async () => {
    const { code, errors } = await start({
      DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/none',
      AUTH_ISSUERS: '[{"issuer":"https://issuer.example/","jwks":"https://issuer.example/jwks"}]',
      DATA_DIR: folder,
    }).exit;
    expect(code).toBe(1);
    expect(errors).toMatch(/^The gateway could not start: .*\n$/);
    expect(errors).not.toContain('hunter2');
  });
});
