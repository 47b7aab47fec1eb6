import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../src/database/data-source.js';
import { describeOnServer } from '../support/databases.js';
import { dist, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir, createTestDatabase } from '../support/template-database.mjs';

const task = '01a01e2f-2000-71a3-9c64-0eae882a5626';
const absent = '01a01e2f-0000-0000-0000-000000000000';

describeOnServer('the commands for grants', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let environment: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    environment = { DATABASE_URL: database.url! };
  });
  afterAll(() => database?.drop());
  const run = (...args: string[]) => spawnProgram(['main.js', ...args], environment).ended;

  it('exit with 0 where nothing failed, changed or not', async () => {
    const grant = ['grant', '--user', 'alice', '--role', 'viewer', '--task', task];
    for (const words of ['Granted', 'Nothing to do']) {
      expect(await run(...grant)).toMatchObject({ code: 0, output: expect.stringContaining(words), errors: '' });
    }
    for (const words of ['Revoked', 'Nothing to do']) {
      const ended = await run('revoke', '--user', 'alice', '--task', task);
      expect(ended).toMatchObject({ code: 0, output: expect.stringContaining(words), errors: '' });
    }
    expect(await run('grants', '--user', 'alice')).toMatchObject({ code: 0, output: 'There are no such grants.\n' });
  });

  it('exit with 1 where something does not exist, and with 2 where the command line is wrong', async () => {
    for (const command of [['grant', '--role', 'viewer'], ['revoke'], ['grants']]) {
      const ended = await run(...command, '--user', 'alice', '--task', absent);
      expect(ended).toMatchObject({
        code: 1,
        output: '',
        errors: expect.stringMatching(/^--task .* does not exist\./),
      });
      expect(await run(...command, '--user', 'alice', '--task', 'x')).toMatchObject({ code: 2, output: '' });
    }
  });

  it('end links to runs with 0, also a second time, and with 2 where the command line is wrong', async () => {
    for (const link of [
      ['--share', absent],
      ['--shares-of', 'alice'],
      ['--shares-of', 'alice', '--issuer', 'https://a/'],
    ]) {
      for (let time = 0; time < 2; time += 1)
        expect(await run('revoke', ...link)).toMatchObject({
          code: 0,
          output: expect.stringContaining('from now on'),
          errors: '',
        });
    }
    expect(await run('revoke', '--share', 'x')).toMatchObject({ code: 2, output: '' });
  });

  it('exit with 1 without a database', async () => {
    expect(await spawnProgram(['main.js', 'grants']).ended).toMatchObject({
      code: 1,
      errors: expect.stringContaining('DATABASE_URL is not set'),
    });
  });

  it('list no more than is read', async () => {
    const insert = `INSERT INTO access_grant SELECT 'task', '${task}', 'user', 'user ' || n, 'viewer' FROM generate_series(1, 50000) AS n`;
    const list = `"${process.execPath}" "${join(dist, 'main.js')}" grants | head -n 1`;
    const dataSource = await createDataSource({ url: database.url!, poolSize: 1, timeoutMs: 60_000 }).initialize();
    await dataSource.query(insert).finally(() => dataSource.destroy());
    const ended = await spawnProgram({ shell: list }, environment).ended;
    expect(ended).toMatchObject({ code: 0, output: expect.stringMatching(/^subject .*\n$/), errors: '' });
  });
});

describe('the commands for grants without DATABASE_URL', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-grants-'));
    await copyDataDir('demo-embedded', dataDir);
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('name the embedded database where it has no such resource', async () => {
    const args = ['grant', '--user', 'alice', '--role', 'viewer', '--task', absent];
    const { code, errors } = await spawnProgram(['main.js', ...args], { DATA_DIR: dataDir }).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(/^--task .* does not exist\. The newest of 24: /);
    const place = `DATABASE_URL is not set: this is the embedded database in ${join(dataDir, 'database')}.\n`;
    expect(errors).toMatch(new RegExp(`${place.replaceAll('.', '\\.')}$`));
  });
});
