import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built gateway with demo data of its own on a free port, or the one GATEWAY_URL names. */
export async function startGateway() {
  if (process.env.GATEWAY_URL)
    return { url: process.env.GATEWAY_URL, dataDir: process.env.DATA_DIR, stop: async () => {} };
  execFileSync(process.execPath, ['build.js'], { cwd: root, stdio: 'inherit' });
  const dataDir = mkdtempSync(join(tmpdir(), 'gateway-demo-'));
  const { DATABASE_URL, AUTH_ISSUERS, ...environment } = process.env;
  const gateway = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: root,
    env: { ...environment, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => gateway.once('exit', done));
  const url = await new Promise((found, failed) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      const line = /(http:\/\/127\.0\.0\.1:\d+)\/graphql/.exec(output);
      if (line) found(line[1]);
    };
    gateway.stdout.setEncoding('utf8').on('data', read);
    gateway.stderr.setEncoding('utf8').on('data', read);
    ended.then((code) => failed(new Error(`The gateway ended with ${code}:\n${output}`)));
  });
  return {
    url,
    dataDir,
    async stop() {
      gateway.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
