// `doctor` and other commands as processes, with servers that do not respond or lack the database.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnServer } from '../support/databases.js';
import { spawnProgram } from '../support/spawned-program.js';
import { urlOf } from '../support/template-database.mjs';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-doctor-'));
});
afterEach(() => rm(dataDir, { recursive: true }));
const issuersAt = (url: string) => JSON.stringify([{ issuer: 'https://issuer.example/', jwks: url }]);

describe('doctor', () => {
  it('ends when an issuer and a database accept connections and stay silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { code, output } = await spawnProgram(['main.js', 'doctor'], {
      DATA_DIR: dataDir,
      DATABASE_URL: `postgres://somebody:hunter2@127.0.0.1:${port}/runs`,
      DATABASE_TIMEOUT_MS: '600000',
      AUTH_ISSUERS: issuersAt(`http://127.0.0.1:${port}/keys`),
    }).ended;
    silent.close();
    expect(code).toBe(1);
    expect(output).toMatch(/^failed {3}database: .*runs on 127\.0\.0\.1:\d+ as somebody\b.*timeout/m);
    expect(output).toMatch(/^failed {3}issuer .*timeout/m);
    expect(output).not.toContain('hunter2');
  });
});

describeOnServer('every command', () => {
  it('names the remedy for a database that does not exist', async () => {
    const environment = {
      DATA_DIR: dataDir,
      DATABASE_URL: urlOf('gateway_doctor_none'),
      AUTH_ISSUERS: issuersAt('https://issuer.example/keys'),
    };
    const commands = ['doctor', 'start', 'migrate', 'grants'].map(
      (command) => spawnProgram(['main.js', command], environment).ended,
    );
    for (const { code, output, errors } of await Promise.all(commands)) {
      expect(code).toBe(1);
      expect(output + errors).toMatch(/gateway_doctor_none.*DATABASE_URL/);
    }
  });
});
