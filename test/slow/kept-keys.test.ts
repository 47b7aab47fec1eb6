// Gateways that are restarted while their issuer is down.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnServer } from '../support/databases.js';
import { JwksServer } from '../support/jwks-server.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';
import { createTestKey, signToken } from '../support/token-forge.js';
import { accessClaims, issuerUrl } from '../support/verifier-harness.js';

describeOnServer('a gateway that is restarted while its issuer is down', () => {
  const key = createTestKey('key-1');
  const now = Math.floor(Date.now() / 1000);
  const token = signToken(key, accessClaims({ iat: now, nbf: now, exp: now + 3600 }));
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let folder: string;
  let server: JwksServer;
  let program: SpawnedProgram;
  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'kept-keys-'));
    server = await JwksServer.start([key.jwk]);
  });
  afterEach(async () => {
    program.kill('SIGTERM');
    await program.ended;
    await server.stop();
    await rm(folder, { recursive: true });
    await database.drop();
  });

  async function start(processes: string): Promise<string> {
    program = spawnProgram(['main.js'], {
      DATABASE_URL: database.url!,
      DATA_DIR: folder,
      AUTH_ISSUERS: JSON.stringify([{ issuer: issuerUrl, jwks: server.url }]),
      PROCESSES: processes,
      PORT: '0',
    });
    return JSON.parse(await program.line(/"listening"/)).url;
  }

  it.each(['1', '2'])('becomes ready and accepts its tokens, with PROCESSES=%s', async (processes) => {
    await start(processes);
    program.kill('SIGTERM');
    await program.ended;
    await server.stop();
    const url = await start(processes);
    // Uses separate connections, so that several processes respond.
    for (let times = 0; times < 4; times += 1) {
      const headers = { authorization: `Bearer ${token}`, connection: 'close' };
      expect((await fetch(`${url}/health/ready`, { headers })).status).toBe(200);
      expect((await fetch(`${url}/api/v1/whoami`, { headers })).status).toBe(200);
    }
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const ages = metrics.match(/^gateway_issuer_keys_age_seconds\{.*\} \d/gm);
    expect(ages).toHaveLength(Number(processes));
  });

  it.each(['1', '2'])('does not become ready without its folder, with PROCESSES=%s', async (processes) => {
    await server.stop();
    const url = await start(processes);
    const response = await fetch(`${url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'issuer keys unavailable', issuersWithoutKeys: [issuerUrl] },
    ]);
  });
});
