// The built program as a process: signals, exit codes, and errors for an invalid configuration.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import { eventually } from '../support/eventually.js';
import { createHalfRequest } from '../support/half-request.js';
import { copyDataDir } from '../support/template-database.mjs';

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
  await copyDataDir('demo-embedded', dataDir);
  const issuer = await openDemoIssuer(dataDir);
  const token = await issuer.sign({ subject: 'somebody', expiresInSeconds: 600, now: Date.now() });
  const started = start({ DATA_DIR: dataDir, PORT: '0' });
  return { ...started, url: await started.url, token };
}

describe('a process of the gateway', () => {
  it('responds at a stop signal to requests in flight, even one whose body is still arriving, and exits 0', async () => {
    const { child, exit, url, token } = await startOnDemoData();
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname);
    const silentClosed = new Promise((resolve) => silent.on('close', resolve));
    silent.on('error', () => {});

    const { answer, sendRest } = await createHalfRequest(url, token);
    child.kill('SIGTERM');
    await eventually(() => expect(fetch(`${url}/health/live`)).rejects.toThrow());
    sendRest();
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{"data":\{"viewer":\{"subject":"somebody"\}\}\}$/);
    const { code } = await exit;
    expect(code).toBe(0);
    await silentClosed;
  });

  it('waits at a stop signal for a body that never arrives up to its limit, ten seconds by default, and exits 0', async () => {
    const { child, exit, url, token } = await startOnDemoData();
    await createHalfRequest(url, token);
    child.kill('SIGTERM');
    const { code, output } = await exit;
    expect(output).not.toContain('shutdown failed');
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

  it.each(['1', '2'])(
    'names in one line every file of keys that it cannot use, with PROCESSES=%s',
    async (processes) => {
      const list = ['missing', 'broken'].map((name) => ({
        issuer: `https://${name}.example/`,
        jwks: pathToFileURL(join(folder, `${name}.json`)).href,
      }));
      await writeFile(join(folder, 'broken.json'), '{');
      const environment = { AUTH_ISSUERS: JSON.stringify(list), DATABASE_URL: 'postgres://127.0.0.1:1/none' };
      const { code, errors } = await start({ ...environment, PROCESSES: processes, DATA_DIR: folder }).exit;
      expect(code).toBe(1);
      expect(errors).toBe(
        `The gateway could not start: The keys of https://missing.example/ cannot be used: ${join(folder, 'missing.json')} does not exist. ` +
          'The keys of https://broken.example/ cannot be used: The key set is not JSON.\n',
      );
    },
  );

  it('logs a warning about each variable that looks like a mistake', async () => {
    const dataDir = join(folder, 'data');
    await copyDataDir('demo-embedded', dataDir);
    const { child, exit, url } = start({
      DATA_DIR: dataDir,
      PORT: '0',
      LOGLEVEL: 'hunter2',
      MAX_ENTITIES: '5',
      FOO: 'x',
    });
    await url;
    child.kill('SIGTERM');
    const { output } = await exit;
    const warnings = output
      .split('\n')
      .filter((line) => line.includes('"warning"'))
      .map((line) => JSON.parse(line));
    expect(warnings).toEqual(
      [
        'LOGLEVEL is not a variable of the gateway and is ignored. Did you mean LOG_LEVEL?',
        expect.stringMatching(/^MAX_ENTITIES was removed/),
      ].map((warning) => expect.objectContaining({ level: 40, warning, msg: 'the configuration may be wrong' })),
    );
    expect(output).not.toContain('hunter2');
  });

  it('reports in one line that its database cannot be reached, and exits 1', async () => {
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
