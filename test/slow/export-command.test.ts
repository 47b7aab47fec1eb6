import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { databaseKind } from '../support/databases.js';
import { amount, seed } from '../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { untilSettled } from '../support/until-settled.js';

const { orgId, projectId, taskId } = generated;

describe('the export command', () => {
  /** More than fit into one file, unless the database is slow to create them. */
  const runs = databaseKind === 'embedded' ? 5000 : amount(120_000, 250_000);
  const maxKills = amount(3, 8);
  let folder: string;
  let database: OwnDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-export-'));
    database = await createMigratedDatabase();
    const dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource, runs);
    await untilSettled(dataSource);
    await dataSource.destroy();
  }, 300_000);
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (format: string, out: string, more: readonly string[] = []) =>
    spawnProgram(
      [
        'main.js',
        'export',
        '--org',
        orgId,
        '--project',
        projectId,
        '--format',
        format,
        '--out',
        join(folder, out),
        ...more,
      ],
      // All connections to the embedded database share a session.
      { DATABASE_URL: database.url, DATABASE_POOL_SIZE: databaseKind === 'embedded' ? '1' : '4' },
    );
  const digestsIn = async (out: string) =>
    Object.entries(await filesIn(out)).map(([name, bytes]) => [name, hash('sha256', bytes)]);
  const filesIn = async (out: string): Promise<Record<string, Buffer>> => {
    const names = (await readdir(join(folder, out))).toSorted();
    const files = names.map(async (name) => [name, await readFile(join(folder, out, name))] as const);
    return Object.fromEntries(await Promise.all(files));
  };

  it(`writes the same files although it is killed at random moments (seed ${seed})`, async () => {
    const began = performance.now();
    const whole = await start('jsonl', 'whole').ended;
    const wholeMs = performance.now() - began;
    expect(whole).toMatchObject({ code: 0, errors: '' });
    expect(whole.output).toContain(`${runs.toLocaleString('en-US')} of ${runs.toLocaleString('en-US')} runs`);

    const random = createRandom(seededSource(seed));
    let kills = 0;
    // After the first kill, the rest takes longer than the time for the second attempt.
    for (let share = 30; kills < maxKills; share += 5) {
      const program = start('jsonl', 'killed');
      await Promise.race([sleep((wholeMs * (share + random.integer(0, 20))) / 100), program.ended]);
      program.kill('SIGKILL');
      if ((await program.ended).signal !== 'SIGKILL') break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(1);
    expect((await start('jsonl', 'killed').ended).code).toBe(0);

    const expected = await filesIn('whole');
    const files = await filesIn('killed');
    expect(Object.keys(files).filter((name) => !name.endsWith('.part'))).toEqual(Object.keys(expected));
    for (const [name, bytes] of Object.entries(expected)) {
      if (name !== 'manifest.json') expect([name, bytes.equals(files[name]!)]).toEqual([name, true]);
    }
    const manifest = JSON.parse(expected['manifest.json']!.toString());
    expect(JSON.parse(files['manifest.json']!.toString())).toEqual({ ...manifest, watermark: expect.any(String) });
    const ids = new Set<string>();
    for (const { name, rows } of manifest.files) {
      const lines = expected[name]!.toString().split('\n').slice(0, -1);
      expect(lines).toHaveLength(rows);
      for (const line of lines) ids.add(line.slice(7, 43));
    }
    expect(ids.size).toBe(runs);
  }, 300_000);

  it('reports a complete export, and changes nothing', async () => {
    expect((await start('csv', 'twice', ['--task', taskId]).ended).output).toMatch(/^The export in .* is complete\.$/m);
    const before = await digestsIn('twice');
    const { code, output } = await start('csv', 'twice', ['--task', taskId]).ended;
    // Without progress, because nothing was exported.
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(
        /^.*twice already has this export, from .*Z, \d+ seconds? ago\. Use --renew to replace it\.\n$/,
      ),
    ]);
    expect(await digestsIn('twice')).toEqual(before);
  });

  it('replaces a complete export with --renew', async () => {
    const options = ['--task', taskId, '--renew'];
    const complete = expect.objectContaining({ code: 0, errors: '', output: expect.stringMatching(/is complete\.$/m) });
    expect(await start('csv', 'renewed', options).ended).toEqual(complete);
    const before = await filesIn('renewed');
    const dataSource = await database.connect();
    const [[{ id }]] = await dataSource.query(
      'DELETE FROM task_run WHERE id = (SELECT id FROM task_run WHERE task_id = $1 ORDER BY id LIMIT 1) RETURNING id',
      [taskId],
    );
    await untilSettled(dataSource);
    await dataSource.destroy();
    expect(await start('csv', 'renewed', options).ended).toEqual(complete);
    const after = await filesIn('renewed');
    const hasRun = (files: Readonly<Record<string, Buffer>>) =>
      Object.entries(files).some(([name, bytes]) => name.endsWith('.csv') && bytes.includes(id));
    expect([hasRun(before), hasRun(after)]).toEqual([true, false]);
    expect((await readdir(folder)).filter((item) => item.startsWith('renewed'))).toEqual(['renewed']);
  });

  it('reports a missing task, and exits 1', async () => {
    const { code, errors } = await start('jsonl', 'absent', ['--task', orgId]).ended;
    expect([code, errors]).toEqual([1, 'There is no such task in the database.\n']);
  });

  it('writes a catalogue of the objects of the runs', async () => {
    await start('parquet', 'catalogue', ['--task', taskId]).ended;
    const files = await filesIn('catalogue');
    const lines = files['catalogue.jsonl']!.toString().split('\n').slice(0, -1);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { type: 'organization', id: orgId, name: 'Generated', created: expect.stringMatching(/\.\d{6}Z$/) },
      { type: 'project', id: projectId, org_id: orgId, name: 'Generated', created: expect.stringMatching(/Z$/) },
      expect.objectContaining({ type: 'task', id: taskId, project_id: projectId, run_visibility: 'owner_only' }),
      ...generated.groups.map((id) => expect.objectContaining({ type: 'reporting_group', id, description: null })),
    ]);
    expect(files['runs-00001.parquet']!.subarray(0, 4).toString()).toBe('PAR1');
  });
});
