import type { DataSource } from 'typeorm';
import { importCatalogue } from '../../../src/import/import-catalogue.js';
import { importRuns } from '../../../src/import/import-runs.js';
import { emptyTables } from '../../support/empty-tables.js';
import { type ExportContent, exportOf } from '../../support/export-folder.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { idOf } from '../../support/permission-world.js';

const { orgId, projectId, taskId, groups } = generated;

async function* linesOf(texts: readonly (string | Buffer)[]) {
  for (const [index, text] of texts.entries()) yield { bytes: Buffer.from(text), origin: `line ${index + 1}` };
}

describe('an import into the database', () => {
  let dataSource: DataSource;
  /** An export of 240 runs. */
  let content: ExportContent;
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    await arrangeGeneratedRuns(dataSource);
    await dataSource.query("UPDATE task_run SET response = 'null' WHERE input_tokens = 3");
    content = await exportOf(dataSource, orgId, projectId);
  });

  const empty = () => emptyTables(dataSource);
  const importAll = async (runs = content.runs, catalogue = content.catalogue) => {
    const failures: string[] = [];
    const rejected: string[] = [];
    await importCatalogue(dataSource, { orgId, projectId }, linesOf(catalogue), { replaces: true });
    const counts = await importRuns({
      dataSource,
      projectId,
      lines: linesOf(runs),
      onCommit: () => {},
      async onFailure({ line, reason }) {
        failures.push(`${line.origin}: ${reason}`);
        rejected.push(line.bytes.toString());
      },
    });
    return { counts, failures, rejected };
  };
  const counts = (of: Record<string, number>) => ({
    read: 240,
    new: 0,
    changed: 0,
    unchanged: 0,
    erased: 0,
    failed: 0,
    ...of,
  });
  const line = (index: number, changes: Readonly<Record<string, unknown>> = {}) =>
    JSON.stringify({ ...JSON.parse(content.runs[index]!.toString()), ...changes });
  const file = (members: Readonly<Record<string, unknown>> = {}) => ({
    name: 'a',
    content_type: 'text/plain',
    size_bytes: 1,
    direction: 'INPUT',
    storage_key: 'a',
    created: '2024-01-16T13:33:25.247662Z',
    ...members,
  });
  const withLine = (index: number, text: string | Buffer) => content.runs.with(index, text);

  it('finds all unchanged where they were exported, nulls that read as defaults included', async () => {
    expect(await importAll()).toEqual({ counts: counts({ unchanged: 240 }), failures: [], rejected: [] });
  });

  it('fills an empty database with the same, and changes nothing the second time', async () => {
    await empty();
    expect(await importAll()).toEqual({ counts: counts({ new: 240 }), failures: [], rejected: [] });
    expect(await exportOf(dataSource, orgId, projectId)).toEqual(content);
    const rows = () => dataSource.query('SELECT id, changed_xid, xmin, ctid FROM task_run ORDER BY id');
    const before = await rows();
    expect((await importAll()).counts).toEqual(counts({ unchanged: 240 }));
    expect(await rows()).toEqual(before);
  });

  it.each([
    ['the scale of credits', /"charged_credits": [^,]*/, '"charged_credits": "1.1"', '"charged_credits": "1.10000"'],
    ['the scale of a number in JSON', /"response": \{[^}]*\}/, '"response": {"n": 1}', '"response": {"n": 1.000}'],
    [
      'digits that no double has',
      /"response": \{[^}]*\}/,
      '"response": {"n": 12345678901234567890.123456788}',
      '"response": {"n": 12345678901234567890.123456789}',
    ],
    ['a microsecond', /\d{6}Z/, '000001Z', '000002Z'],
    ['a text', /"reference": [^,]*/, '"reference": "a"', '"reference": "b"'],
  ])('notices a change of %s, once', async (_title, member, before, after) => {
    const [first, second] = [before, after].map((text) => content.runs[10]!.toString().replace(member, text));
    await importAll(withLine(10, first!));
    expect((await importAll(withLine(10, second!))).counts).toEqual(counts({ changed: 1, unchanged: 239 }));
    expect((await exportOf(dataSource, orgId, projectId)).runs[10]).toBe(second);
    expect((await importAll(withLine(10, second!))).counts).toEqual(counts({ unchanged: 240 }));
  });

  it('replaces the files of a run where they differ, though names change places', async () => {
    const named = (...names: string[]) => names.map((name) => file({ name, storage_key: name }));
    const held = () =>
      dataSource.query('SELECT name, position FROM task_run_file WHERE task_run_id = $1 ORDER BY position', [
        JSON.parse(line(3)).id,
      ]);
    await importAll();
    for (const names of [['a', 'b'], ['b', 'a'], ['a'], []]) {
      const runs = withLine(3, line(3, { files: named(...names) }));
      expect((await importAll(runs)).counts).toEqual(counts({ changed: 1, unchanged: 239 }));
      expect(await held()).toEqual(names.map((name, position) => ({ name, position })));
      expect((await importAll(runs)).counts).toEqual(counts({ unchanged: 240 }));
    }
  });

  it('keeps the last line of a run that comes several times', async () => {
    await importAll();
    const texts = ['a', 'b', 'b', 'c'].map((reference) => line(10, { reference }));
    const runs = [...content.runs.slice(0, 5), ...texts, ...content.runs.slice(5)];
    expect((await importAll(runs)).counts).toEqual({ ...counts({ changed: 4, unchanged: 240 }), read: 244 });
    const [run] = await dataSource.query('SELECT reference FROM task_run WHERE id = $1', [JSON.parse(line(10)).id]);
    expect(run.reference).toBe(JSON.parse(line(10)).reference);
  });

  it('makes a new version of changed runs, and of no others', async () => {
    const versions = async () =>
      new Map(
        (await dataSource.query('SELECT id, changed_xid FROM task_run')).map(Object.values) as [string, string][],
      );
    await importAll();
    const before = await versions();
    const runs = content.runs
      .with(3, line(3, { files: [] }))
      .with(4, line(4))
      .with(10, line(10, { reference: 'z' }));
    await importAll(runs.with(0, line(0, { files: [] })));
    const after = await versions();
    const changed = [...before].filter(([id, xid]) => after.get(id) !== xid).map(([id]) => id);
    expect(changed.sort()).toEqual([0, 10].map((index) => JSON.parse(line(index)).id));
  });

  it('takes a time without a zone for UTC, and leaves files that are not mentioned', async () => {
    const { files: _, ...run } = JSON.parse(line(0));
    expect(_).toHaveLength(1);
    const text = JSON.stringify({ ...run, created: run.created.replace('Z', '') });
    await importAll();
    await dataSource.query("SET TimeZone = 'Asia/Tokyo'");
    expect((await importAll(withLine(0, text))).counts).toEqual(counts({ unchanged: 240 }));
    await dataSource.query('RESET TimeZone');
  });

  it.each<[string, (at: number) => string | Buffer, string | RegExp]>([
    ['no JSON', () => '{"id":', 'The line must be a JSON object, but is not JSON.'],
    ['nothing', () => '', 'The line must be a JSON object, but is not JSON.'],
    ['two documents', () => '{} {}', 'The line must be a JSON object, but is not JSON.'],
    ['no object', () => '[1]', 'The line must be a JSON object.'],
    ['null', () => 'null', 'The line must be a JSON object.'],
    ['bytes that are not UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d]), 'The line must be UTF-8.'],
    [
      'a NUL in a text',
      (at) => line(at, { reference: '\0' }),
      /^`reference` must be a string of at most 64 characters /,
    ],
    [
      'a NUL in JSON',
      (at) => line(at, { response: { text: '\0' } }),
      '`response` must be JSON without NUL or unpaired surrogates.',
    ],
    [
      'half a character',
      (at) => line(at).replace('"label":"', '"label":"\\ud800'),
      '`response` must be JSON without NUL or unpaired surrogates.',
    ],
    ['a malformed id', (at) => line(at, { id: 'x' }), '`id` must be 8-4-4-4-12 hexadecimal digits, not "x".'],
    ['no id', (at) => line(at, { id: null }), /^`id` is missing\. /],
    ['no task', (at) => line(at, { task_id: null }), '`task_id` is missing.'],
    ['no run data', (at) => line(at, { run_data: null }), '`run_data` is missing. It must be a JSON object.'],
    [
      'a negative count',
      (at) => line(at, { llm_retries: -1 }),
      '`llm_retries` must be an integer from 0 to 2147483647, not "-1".',
    ],
    ['a number that is none', (at) => line(at, { total_tokens: 2 ** 40 }), /^`total_tokens` must be an integer /],
    ['a reference that is too long', (at) => line(at, { reference: 'x'.repeat(65) }), /^`reference` must be a string /],
    [
      'run data that are not an object',
      (at) => line(at, { run_data: [] }),
      '`run_data` must be a JSON object, not "[]".',
    ],
    [
      'a task that is not there',
      (at) => line(at, { task_id: idOf(1) }),
      `\`task_id\` must be a task of the project, not "${idOf(1)}".`,
    ],
    [
      'a group that is not there',
      (at) => line(at, { reporting_group_id: idOf(1) }),
      `\`reporting_group_id\` must be a group of the project, not "${idOf(1)}".`,
    ],
    ['files that are not a list', (at) => line(at, { files: 1 }), '`files` must be a list of objects, not "1".'],
    [
      'a file without a size',
      (at) => line(at, { files: [file({ size_bytes: null })] }),
      '`files[0].size_bytes` is missing.',
    ],
    [
      'a file of another direction',
      (at) => line(at, { files: [file({ direction: 'UP' })] }),
      '`files[0].direction` must be INPUT or OUTPUT, not "UP".',
    ],
    [
      'two files of a name',
      (at) => line(at, { files: [file(), file()] }),
      '`files[1].name` must be a name that no other file of the run has, not "a".',
    ],
  ])('imports all others where a line has %s', async (_title, textAt, reason) => {
    await empty();
    const at = 17;
    const text = textAt(at);
    const result = await importAll(withLine(at, text));
    expect(result.counts).toEqual(counts({ new: 239, failed: 1 }));
    const prefix = 'line 18: ';
    expect(result.failures).toEqual([expect.stringContaining(prefix)]);
    const message = result.failures[0]!.slice(prefix.length);
    expect(message).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
    expect(result.rejected).toEqual([text.toString()]);
    expect((await exportOf(dataSource, orgId, projectId)).runs).toEqual(content.runs.toSpliced(at, 1));
  });

  it('needs no column that has a default', async () => {
    await empty();
    const { id, task_id, created, run_data } = JSON.parse(line(5));
    const text = JSON.stringify({ id, task_id, created, run_data, further: 1 });
    expect((await importAll([text])).counts).toEqual(counts({ read: 1, new: 1 }));
    expect((await importAll([text])).counts).toEqual(counts({ read: 1, unchanged: 1 }));
    expect(JSON.parse((await exportOf(dataSource, orgId, projectId)).runs[0]!.toString())).toMatchObject({
      id,
      task_revision_id: '00000000-0000-0000-0000-000000000000',
      input_tokens: 0,
      output_tokens: 0,
      total_tokens: 0,
      is_error: false,
      llm_retries: 0,
      response: null,
    });
  });

  it('takes the last of two lines with one id', async () => {
    await empty();
    const runs = [content.runs[5]!, line(5, { reference: 'later' })];
    expect((await importAll(runs)).counts).toEqual(counts({ read: 2, new: 1, changed: 1 }));
    expect((await exportOf(dataSource, orgId, projectId)).runs[0]).toContain('"reference": "later"');
  });

  it('rejects a run of another project, and a task', async () => {
    await importAll();
    const other = { org: idOf(1), project: idOf(2), task: idOf(3) };
    await dataSource.query("INSERT INTO organization (id, name) VALUES ($1, 'Other')", [other.org]);
    await dataSource.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [
      other.project,
      other.org,
    ]);
    await dataSource.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Other')", [
      other.task,
      other.project,
    ]);
    const { id } = JSON.parse(line(7));
    await dataSource.query('UPDATE task_run SET task_id = $1, reporting_group_id = null WHERE id = $2', [
      other.task,
      id,
    ]);
    const result = await importAll();
    expect(result.counts).toEqual(counts({ unchanged: 239, failed: 1 }));
    expect(result.failures).toEqual([`line 8: \`id\` must not be that of a run of another project, ${id}.`]);

    const [{ task_id }] = await dataSource.query('SELECT task_id FROM task_run WHERE id = $1', [id]);
    expect(task_id).toBe(other.task);
    const stolen = JSON.stringify({
      type: 'task',
      id: other.task,
      project_id: projectId,
      name: 'Stolen',
      run_visibility: 'all_viewers',
      created: '2024-01-01T00:00:00Z',
    });
    await expect(importAll([], [stolen])).rejects.toThrow(
      `In the database, the task ${other.task} belongs to another resource.`,
    );
    await expect(importAll([], [stolen.replace(projectId, other.project)])).rejects.toThrow(
      'line 1 does not belong to the organization and project of the import.',
    );
  });

  it('updates the catalogue', async () => {
    await empty();
    await importAll([]);
    const renamed = content.catalogue.map((text) =>
      text.replace('"Group 0"', '"Renamed"').replace('"owner_only"', '"all_viewers"'),
    );
    await importAll([], renamed);
    const [{ name }] = await dataSource.query('SELECT name FROM reporting_group WHERE id = $1', [groups[0]]);
    expect(name).toBe('Renamed');
    const [task] = await dataSource.query('SELECT run_visibility FROM task WHERE id = $1', [taskId]);
    expect(task).toEqual({ run_visibility: 'all_viewers' });
  });

  it('reports a line whose values the database changes', async () => {
    await empty();
    await dataSource.query(`CREATE FUNCTION rename() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.input_tokens = 9 THEN NEW.reference := 'other'; END IF; RETURN NEW; END $$`);
    await dataSource.query('CREATE TRIGGER rename BEFORE INSERT ON task_run FOR EACH ROW EXECUTE FUNCTION rename()');
    const result = await importAll();
    await dataSource.query('DROP FUNCTION rename() CASCADE');
    expect(result.counts).toEqual(counts({ new: 239, failed: 1 }));
    expect(result.failures).toEqual([
      expect.stringContaining(': The row changed in the database while it was being written.'),
    ]);
  });

  it('ends where the database fails for another reason, with all that was committed', async () => {
    await empty();
    await dataSource.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$`);
    await dataSource.query('CREATE TRIGGER refuse BEFORE INSERT ON task_run EXECUTE FUNCTION refuse()');
    await expect(importAll()).rejects.toThrow('the disk is full');
    await dataSource.query('DROP FUNCTION refuse() CASCADE');
    expect((await importAll()).counts).toEqual(counts({ new: 240 }));
  });
});
