// Compares the runs and bytes that purge deletes with the rule applied by hand.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { type FileImport, importFile } from '../../../src/commands/import-sources/import-file.js';
import { type PurgeTerminal, purge } from '../../../src/commands/purge.js';
import type { PurgeRequest } from '../../../src/commands/purge-options.js';
import { parseConfig } from '../../../src/config/config.js';
import { beginEpoch } from '../../../src/database/change-epoch.js';
import { keepFiles } from '../../../src/database/file-deletions.js';
import { openStorage } from '../../../src/files/open-storage.js';
import type { FileStorage } from '../../../src/files/storage.js';
import { importRuns } from '../../../src/import/import-runs.js';
import type { PurgeRule, PurgeScope } from '../../../src/purge/purge-plan.js';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { untilSettled } from '../../support/until-settled.js';

const idOf = (number: number) => `01900000-0000-0000-0000-${String(number).padStart(12, '0')}`;
const [org, otherOrg, project, otherProject] = [idOf(1), idOf(2), idOf(3), idOf(4)];
const tasks = [idOf(11), idOf(12), idOf(13)] as const;
const now = Date.UTC(2026, 10, 30);
const dayMs = 86_400_000;
const runsOfTask = 20;
const runId = (task: number, day: number) => idOf(1000 * (task + 1) + day);

describe('purge', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let folder: string;
  let storage: FileStorage;
  let config: ReturnType<typeof parseConfig>;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    folder = await mkdtemp(join(tmpdir(), 'gateway-purge-'));
    const { database: settings, ...others } = parseConfig({ DATA_DIR: folder });
    config = { ...others, database: { ...settings, url: database.url } } as typeof config;
    storage = await openStorage(config.files);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /**
   * Each task has one run for each of the last days, with its own file and one shared with the same day in another
   * task.
   */
  beforeEach(async () => {
    await dataSource.query(`
      DELETE FROM organization; DELETE FROM retention; DELETE FROM file_deletion; DELETE FROM erased_run; DELETE FROM erased_user; DELETE FROM access_grant;
      INSERT INTO organization (id, name) VALUES ('${org}', 'Harbor'), ('${otherOrg}', 'Lumen');
      INSERT INTO project (id, org_id, name) VALUES ('${project}', '${org}', 'Claims'), ('${otherProject}', '${otherOrg}', 'Shop');
      INSERT INTO task (id, project_id, name) VALUES ('${tasks[0]}', '${project}', 'Triage'),
        ('${tasks[1]}', '${project}', 'Translate'), ('${tasks[2]}', '${otherProject}', 'Triage');`);
    await dataSource.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, context_id)
       SELECT run.id, task_id, run.id, '{}', $2::timestamptz - day * interval '24 hours', 1, 1, 2, 'context ' || day % 4
       FROM unnest($1::uuid[]) WITH ORDINALITY AS task (task_id, number) CROSS JOIN generate_series(0, $3 - 1) AS day
       CROSS JOIN LATERAL (SELECT ('01900000-0000-0000-0000-' || lpad((1000 * number + day)::text, 12, '0'))::uuid AS id) AS run`,
      [tasks, new Date(now - 1), runsOfTask],
    );
    await dataSource.query(
      `INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
       SELECT id, position, position, 'text/plain', 5, 'INPUT',
         CASE position WHEN 0 THEN 'own/' || id ELSE 'shared/' || (extract(epoch FROM $1 - created) / 86400)::integer END, created
       FROM task_run CROSS JOIN (VALUES (0), (1)) AS file (position)`,
      [new Date(now)],
    );
    for (const { key } of await dataSource.query('SELECT DISTINCT storage_key AS key FROM task_run_file'))
      await storage.put(key, Buffer.from('12345'));
  });

  let output = '';
  const run = async (
    rule: PurgeRequest['rule'],
    scope: PurgeScope = 'all',
    request: Partial<PurgeRequest> = {},
    terminal: Partial<PurgeTerminal> = {},
    environment = config,
  ) => {
    output = '';
    const given = { scope, rule, batch: 3, pauseMs: 0, isDryRun: false, isConfirmed: true, ...request };
    const write = (text: string) => {
      output += text;
    };
    const { signal } = new AbortController();
    await purge(given, environment, { output: { write }, ask: null, signal, ...terminal }, now);
  };
  /** The days remaining in each task. */
  const daysLeft = async () => {
    const rows: { id: string }[] = await dataSource.query('SELECT id FROM task_run ORDER BY id');
    const ids = new Set(rows.map(({ id }) => id));
    return tasks.map((_, task) =>
      Array.from({ length: runsOfTask }, (_, day) => day).filter((day) => ids.has(runId(task, day))),
    );
  };
  const hasBytes = async (key: string) => {
    const object = await storage.open(key);
    await object?.close();
    return object !== null;
  };
  const days = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const all = days(0, runsOfTask);
  const olderThan = (dayCount: number, keep = 0): PurgeRule => ({
    kind: 'age',
    before: new Date(now - dayCount * dayMs).toISOString(),
    keep,
  });

  it('deletes the runs of a scope that are older, and bytes that no other run has', async () => {
    await run(olderThan(5), { type: 'project', id: project });
    expect(await daysLeft()).toEqual([days(0, 5), days(0, 5), all]);
    for (const day of all) {
      expect(await hasBytes(`own/${runId(0, day)}`)).toBe(day < 5);
      expect(await hasBytes(`shared/${day}`)).toBe(true);
      expect(await hasBytes(`own/${runId(2, day)}`)).toBe(true);
    }
    expect(output).toMatch(/^total +30 +60 +150$/m);
    expect(output).toMatch(/^Claims +Triage .* 15 +30 +75 +2026-11-10 23:59:59 +2026-11-24 23:59:59$/m);
    expect(output).toContain('Deleted 30 files from the file store.');
    await run(olderThan(5));
    expect(await daysLeft()).toEqual([days(0, 5), days(0, 5), days(0, 5)]);
    for (const day of all) expect(await hasBytes(`shared/${day}`)).toBe(day < 5);
    expect(await dataSource.query('SELECT * FROM file_deletion')).toEqual([]);
    await run(olderThan(5));
    expect(output).toBe('There are no such runs.\n');
  });

  it('keeps the newest runs of each task', async () => {
    await dataSource.query('DELETE FROM task_run WHERE task_id = $1 AND created < $2', [
      tasks[1],
      new Date(now - 3 * dayMs),
    ]);
    await run(olderThan(2, 6));
    expect(await daysLeft()).toEqual([days(0, 6), days(0, 3), days(0, 6)]);
    await run(olderThan(8, 6));
    expect(await daysLeft()).toEqual([days(0, 6), days(0, 3), days(0, 6)]);
  });

  it('obeys the nearest policy of each task', async () => {
    await dataSource.query(
      `INSERT INTO retention (resource_type, resource_id, days, keep)
       VALUES ('organization', $1, 4, 0), ('project', $2, 10, 0), ('task', $3, 1, 3), ('organization', $4, 2147483647, 0)`,
      [org, project, tasks[0], otherOrg],
    );
    await run({ kind: 'policy' });
    expect(await daysLeft()).toEqual([days(0, 3), days(0, 10), all]);
    await dataSource.query("DELETE FROM retention WHERE resource_type <> 'organization'");
    await run({ kind: 'policy' }, { type: 'task', id: tasks[1] });
    expect(await daysLeft()).toEqual([days(0, 3), days(0, 4), all]);
  });

  it('deletes a context, and runs by their ids, of which it names missing ones', async () => {
    await run({ kind: 'context', contextId: 'context 1' }, { type: 'organization', id: org });
    const others = all.filter((day) => day % 4 !== 1);
    expect(await daysLeft()).toEqual([others, others, all]);
    await run({ kind: 'runs', ids: [runId(2, 0), runId(2, 3), idOf(9)] });
    expect(await daysLeft()).toEqual([others, others, all.filter((day) => day !== 0 && day !== 3)]);
    expect(output).toContain(`Run ${idOf(9)} does not exist.\n`);
  });

  it('reports deletions to the feed', async () => {
    await run({ kind: 'runs', ids: [runId(0, 0)] });
    expect(
      await dataSource.query('SELECT run_id, task_id FROM task_run_deletion WHERE run_id = $1', [runId(0, 0)]),
    ).toEqual([{ run_id: runId(0, 0), task_id: tasks[0] }]);
  });

  it('forgets deletions once that is confirmed', async () => {
    await dataSource.query('DELETE FROM task_run WHERE task_id = $1', [tasks[0]]);
    await dataSource.query(`UPDATE task_run_deletion SET deleted_at = $1::timestamptz - interval '1 day'`, [
      new Date(now),
    ]);
    await untilSettled(dataSource);
    const rule = { kind: 'tombstones', before: new Date(now).toISOString() } as const;
    const left = async () =>
      (await dataSource.query('SELECT count(*)::integer AS count FROM task_run_deletion'))[0].count;
    const before = await left();
    await run(rule, 'all', { isDryRun: true });
    expect(output).toBe(`${before} deletions before 2026-11-30T00:00:00.000Z.\n`);
    await expect(run(rule, 'all', { isConfirmed: false })).rejects.toThrow(
      'Nothing was deleted, because confirmation requires a terminal',
    );
    await run(rule, { type: 'task', id: tasks[1] });
    expect(output).toMatch(/^There are no such deletions\.|^\d+ deletions before/);
    expect(await left()).toBeGreaterThanOrEqual(runsOfTask);
    await run(rule);
    expect(output).toMatch(/^\d+ of \d+ deletions, [\d,]+ a second$/m);
    expect(await left()).toBe(0);
    expect(await daysLeft()).toEqual([[], all, all]);
  });

  describe('of a person', () => {
    const person = idOf(21);
    const other = idOf(22);
    const erase = (scope: PurgeScope = 'all', includesGrants = false, request: Partial<PurgeRequest> = {}) =>
      run({ kind: 'user', userId: person, includesGrants }, scope, request);
    const erasedIds = async () =>
      (await dataSource.query('SELECT id FROM erased_run ORDER BY id')).map(({ id }: { id: string }) => id);
    const count = async (table: string, condition: string) =>
      (await dataSource.query(`SELECT count(*)::integer AS count FROM ${table} WHERE ${condition}`))[0].count;
    const even = all.filter((day) => day % 2 === 0);
    const odd = all.filter((day) => day % 2 === 1);

    /** The person executed the runs of odd days. The run of day 19 in the first task was deleted earlier. */
    beforeEach(async () => {
      await dataSource.query(
        `UPDATE task_run SET user_id = CASE WHEN right(id::text, 1)::integer % 2 = 1 THEN $1::uuid ELSE $2::uuid END`,
        [person, other],
      );
      await dataSource.query('DELETE FROM task_run WHERE id = $1', [runId(0, 19)]);
      await dataSource.query(
        `INSERT INTO resource_name SELECT org.id, kind, named.id, 'Ada' FROM organization AS org
         CROSS JOIN (VALUES ('user'), ('llm_model')) AS kinds (kind) CROSS JOIN unnest($1::uuid[]) AS named (id)`,
        [[person, other]],
      );
      await dataSource.query(
        `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
         SELECT resource.type, resource.id, 'user', subject, 'viewer' FROM (
           SELECT 'organization' AS type, id FROM organization UNION ALL SELECT 'project', id FROM project
           UNION ALL SELECT 'task', id FROM task
         ) AS resource CROSS JOIN unnest($1::text[]) AS subject`,
        [[person, other]],
      );
    });

    it('leaves the runs of others, and nothing that names the person but grants', async () => {
      await erase();
      expect(await daysLeft()).toEqual([even, even, even]);
      for (const day of all) expect(await hasBytes(`own/${runId(1, day)}`)).toBe(day % 2 === 0);
      expect(output).toMatch(/^total +29 +58/m);
      expect(output).toContain("Other rows with the person's id: 1 deletion, 2 names, no grants without --grants.");
      expect(output).toContain('Out of reach: exports, backups, WAL, logs, and deleted rows until VACUUM and ANALYZE.');
      expect(await count('task_run_deletion', `user_id = '${person}'`)).toBe(0);
      expect(await count('resource_name', `id = '${person}' AND kind = 'user'`)).toBe(0);
      expect(await count('resource_name', `id = '${person}'`)).toBe(2);
      expect(await count('access_grant', `subject_id = '${person}'`)).toBe(7);
      // Includes the run that was deleted earlier.
      expect(await erasedIds()).toEqual(tasks.flatMap((_, task) => odd.map((day) => runId(task, day))).sort());
      await erase('all', true);
      expect(output).toMatch(/^There are no such runs\.\n.* 0 deletions, 0 names, 7 grants\.\nOut of reach/);
      expect(await count('access_grant', `subject_id = '${person}'`)).toBe(0);
      expect(await count('access_grant', `subject_id = '${other}'`)).toBe(7);
      expect(await count('resource_name', `id = '${other}'`)).toBe(4);
    });

    it.each([
      ['an organization', { type: 'organization', id: org }, [even, even, all], { deletions: 0, names: 1, grants: 3 }],
      ['a project', { type: 'project', id: project }, [even, even, all], { deletions: 0, names: 2, grants: 4 }],
      ['a task', { type: 'task', id: tasks[1] }, [all, even, all], { deletions: 1, names: 2, grants: 6 }],
    ] as const)('stays within %s', async (_case, scope, [first, ...rest], left) => {
      await erase(scope, true);
      expect(await daysLeft()).toEqual([first.filter((day) => day !== 19), ...rest]);
      expect({
        deletions: await count('task_run_deletion', `user_id = '${person}'`),
        names: await count('resource_name', `id = '${person}' AND kind = 'user'`),
        grants: await count('access_grant', `subject_id = '${person}'`),
      }).toEqual(left);
    });

    it('asks for what is left without runs, and deletes nothing in a dry run', async () => {
      await erase('all', false, { isDryRun: true });
      expect(await count('task_run', `user_id = '${person}'`)).toBe(29);
      expect(output).toContain('Out of reach');
      await dataSource.query('DELETE FROM task_run');
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return 'no';
      };
      const rule = { kind: 'user', userId: person, includesGrants: false } as const;
      await expect(run(rule, 'all', { isConfirmed: false }, { ask })).rejects.toThrow('Nothing was deleted.');
      expect(questions).toEqual(['Delete 0 runs and 0 files, and erase the person? Type yes: ']);
      expect(await count('task_run_deletion', `user_id = '${person}'`)).toBe(30);
    });

    it('erases with each batch, so that it may be stopped', async () => {
      const stop = new AbortController();
      const rule = { kind: 'user', userId: person, includesGrants: false } as const;
      const purging = run(rule, 'all', { pauseMs: 600_000 }, { signal: stop.signal });
      await eventually(async () => expect(await count('task_run', `user_id = '${person}'`)).toBe(26));
      stop.abort();
      await purging;
      expect(output).toContain('The purge was stopped. Run the command again to delete the rest.');
      expect(await erasedIds()).toHaveLength(3);
      expect(await count('task_run_deletion', `user_id = '${person}' AND run_id IN (SELECT id FROM erased_run)`)).toBe(
        0,
      );
      expect(
        await count('task_run_deletion', `task_id = '${tasks[1]}' AND run_id IN (SELECT id FROM erased_run)`),
      ).toBe(3);
    });

    it('outlives the person’s project, a new epoch and TRUNCATE', async () => {
      await erase({ type: 'task', id: tasks[0] });
      const erased = await erasedIds();
      expect(erased).toHaveLength(10);
      await dataSource.query('DELETE FROM project WHERE id = $1', [project]);
      await beginEpoch(dataSource);
      await dataSource.query('TRUNCATE task_run, task_run_file');
      expect(await erasedIds()).toEqual(erased);
    });

    it('keeps a run that moved, and has another user since', async () => {
      await dataSource.query('UPDATE task_run SET task_id = $2, user_id = $3 WHERE id = $1', [
        runId(0, 1),
        tasks[2],
        other,
      ]);
      await erase({ type: 'project', id: project });
      expect(await erasedIds()).not.toContain(runId(0, 1));
      expect(await count('task_run', `id = '${runId(0, 1)}'`)).toBe(1);
    });

    const toLine = async (id: string, changes: Readonly<Record<string, unknown>> = {}) => {
      const [{ line }] = await dataSource.query(
        `SELECT (to_jsonb(run) - '{response_bytes,run_data_bytes,changed_xid}'::text[]) || '{"files": []}' || $2 AS line
         FROM task_run AS run WHERE id = $1`,
        [id, JSON.stringify(changes)],
      );
      return { bytes: Buffer.from(JSON.stringify(line)), origin: id };
    };
    const importAll = (projectId: string, lines: readonly Awaited<ReturnType<typeof toLine>>[]) =>
      importRuns({
        dataSource,
        projectId,
        lines: (async function* () {
          yield* lines;
        })(),
        onCommit() {},
        onFailure: async ({ reason }) => expect(reason).toBeNull(),
      });

    it.each([
      ['all', 'all', 3],
      ['the organization', { type: 'organization', id: org }, 3],
      ['the project', { type: 'project', id: project }, 3],
      ['the task', { type: 'task', id: tasks[0] }, 2],
      ['another project', { type: 'project', id: otherProject }, 0],
    ] as const)(
      'lets no import write runs whose deletions were forgotten before an erasure in %s',
      async (_case, scope, erased) => {
        const later = { created: '2999-01-01T00:00:00Z' };
        const lines = [
          await toLine(runId(0, 1)),
          await toLine(runId(0, 3), { user_id: person.toUpperCase() }),
          await toLine(runId(1, 1)),
          await toLine(runId(0, 2)),
          await toLine(runId(0, 5), later),
        ];
        await dataSource.query('DELETE FROM task_run; DELETE FROM task_run_deletion');
        await erase(scope);
        expect(output).toContain('There are no such runs.');
        expect(await erasedIds()).toEqual([]);
        expect(await importAll(project, lines)).toMatchObject({ read: 5, new: 5 - erased, erased, failed: 0 });
      },
    );

    it('lets no import write the runs again', async () => {
      const lines = [await toLine(runId(0, 1)), await toLine(runId(0, 2)), await toLine(runId(0, 3))];
      await erase();
      await dataSource.query('DELETE FROM task_run');
      expect(await importAll(project, lines)).toEqual({
        read: 3,
        new: 1,
        changed: 0,
        unchanged: 0,
        erased: 2,
        failed: 0,
      });
      expect(await daysLeft()).toEqual([[2], [], []]);

      const file = join(folder, 'runs.ndjson');
      await writeFile(file, lines.map(({ bytes }) => `${bytes}\n`).join(''));
      let text = '';
      const write = (part: string) => {
        text += part;
      };
      const request: FileImport = {
        path: { orgId: org, projectId: project, taskId: tasks[0] },
        file,
        format: 'ndjson',
        delimiter: ',',
        creates: false,
        namesFile: undefined,
        mapFile: undefined,
        ignoresUnknown: false,
        replaces: true,
        storagePrefix: undefined,
        rejectFile: undefined,
      };
      const terminal = { input: (async function* () {})(), output: { write }, errors: { write } };
      const code = await importFile(
        request,
        { ...config, importToken: undefined },
        { ...terminal, signal: new AbortController().signal },
      );
      expect([code, text]).toEqual([0, expect.stringContaining('2 skipped, because their person was erased.')]);
      expect(text).toContain('Runs: 3 read, 0 new, 1 replaced, 0 deleted, 0 skipped, 0 rejected.');
      expect(await daysLeft()).toEqual([[2], [], []]);
    });
  });

  it.each([
    ['nobody can be asked', { ask: null }, /^Nothing was deleted, because confirmation requires a terminal\./],
    ['the answer is not yes', { ask: async () => 'y' }, /^Nothing was deleted\.$/],
  ])('deletes nothing when %s', async (_case, terminal, message) => {
    await expect(run(olderThan(0), 'all', { isConfirmed: false }, terminal)).rejects.toThrow(message);
    expect(await daysLeft()).toEqual([all, all, all]);
  });

  it.each([
    ['deletes runs', 'all', {}],
    ['finds no run', { type: 'organization', id: otherOrg }, {}],
    ['is a dry run', 'all', { isDryRun: true }],
  ] as const)(
    'offers to revoke the grants of missing resources where it %s, and revokes none',
    async (_case, scope, request) => {
      const grants = () => dataSource.query('SELECT resource_id FROM access_grant ORDER BY resource_id');
      await run(olderThan(20), scope, request);
      expect(output).not.toContain('revoke');
      await dataSource.query(
        `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
       SELECT 'task', unnest($1::uuid[]), 'user', 'somebody', 'viewer'`,
        [[tasks[0], idOf(98), idOf(99)]],
      );
      await run(olderThan(20), scope, request);
      expect(output).toMatch(
        /\n2 grants on resources that no longer exist: \S.* revoke (?:-- )?--missing revokes them\.\n$/,
      );
      expect(await grants()).toHaveLength(3);
    },
  );

  it('asks with the numbers, and deletes nothing in a dry run', async () => {
    await run(olderThan(0), 'all', { isDryRun: true });
    expect(output).toMatch(/^total +60 +120 +400$/m);
    expect(await daysLeft()).toEqual([all, all, all]);
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return 'yes';
    };
    await run(olderThan(0), 'all', { isConfirmed: false }, { ask });
    expect(questions).toEqual(['Delete 60 runs and 120 files? Type yes: ']);
    expect(await daysLeft()).toEqual([[], [], []]);
  });

  it('keeps the keys of files while their storage is away, and deletes them at the next start', async () => {
    const away = parseConfig({
      ...{ FILES_URL: 's3://bucket', AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}` },
      ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
    }).files;
    const purging = run(olderThan(15), { type: 'task', id: tasks[0] }, {}, {}, { ...config, files: away });
    await expect(purging).rejects.toThrow('Some files were not deleted. Run the command again');
    expect(await daysLeft()).toEqual([days(0, 15), all, all]);
    expect(await dataSource.query('SELECT * FROM file_deletion')).toHaveLength(10);
    await run(olderThan(15), { type: 'task', id: tasks[0] });
    expect(output).toBe('There are no such runs.\nDeleted 5 files from the file store.\n');
    for (const day of all) expect(await hasBytes(`own/${runId(0, day)}`)).toBe(day < 15);
    expect(await dataSource.query('SELECT * FROM file_deletion')).toEqual([]);
  });

  it('ends with the message of a server whose disk is full, and continues when it is repeated', async () => {
    await dataSource.query(`
      CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
      END $$;
      CREATE TRIGGER fill BEFORE INSERT ON task_run_deletion FOR EACH ROW WHEN (NEW.run_id = '${runId(0, 14)}')
        EXECUTE FUNCTION fill();`);
    await expect(run(olderThan(10), { type: 'task', id: tasks[0] })).rejects.toThrow('No space left on device');
    await dataSource.query('DROP FUNCTION fill CASCADE');
    // Deletes in batches of three, oldest first.
    expect(await daysLeft()).toEqual([days(0, 17), all, all]);
    expect(await hasBytes(`own/${runId(0, 16)}`)).toBe(true);
    await run(olderThan(10), { type: 'task', id: tasks[0] });
    expect(await daysLeft()).toEqual([days(0, 10), all, all]);
    for (const day of all) expect(await hasBytes(`own/${runId(0, day)}`)).toBe(day < 10);
  });

  it('rejects a policy of less than a day', async () => {
    for (const days of [0, -1])
      await expect(
        dataSource.query("INSERT INTO retention (resource_type, resource_id, days) VALUES ('task', $1, $2)", [
          tasks[0],
          days,
        ]),
      ).rejects.toThrow('retention_days_check');
  });

  it('names an unknown scope', async () => {
    await expect(run(olderThan(0), { type: 'task', id: idOf(9) })).rejects.toThrow(`--task ${idOf(9)} does not exist.`);
  });

  // Only one process at a time can open the embedded database.
  (process.env.TEST_DATABASE_URL ? it : it.skip)('is the only one in its database', async () => {
    let second: Promise<void> | undefined;
    const ask = async () => {
      second = run(olderThan(0));
      await expect(second).rejects.toThrow('Another purge of this database is running.');
      return 'no';
    };
    await expect(run(olderThan(0), 'all', { isConfirmed: false }, { ask })).rejects.toThrow('Nothing was deleted.');
    expect(second).toBeDefined();
  });

  it('continues with files that an earlier process left, and leaves those that an import has named again', async () => {
    await dataSource.query('DELETE FROM task_run WHERE id = $1', [runId(0, 7)]);
    await dataSource.query("INSERT INTO file_deletion VALUES ($1), ($2), ('../outside'), ('shared/7')", [
      `own/${runId(0, 7)}`,
      `own/${runId(0, 8)}`,
    ]);
    await dataSource.transaction((transaction) => keepFiles(transaction, ['never/recorded']));
    await run(olderThan(100));
    expect(await hasBytes(`own/${runId(0, 7)}`)).toBe(false);
    expect(await hasBytes(`own/${runId(0, 8)}`)).toBe(true);
    expect(await hasBytes('shared/7')).toBe(true);
    expect(await dataSource.query('SELECT * FROM file_deletion')).toEqual([]);
  });
});
