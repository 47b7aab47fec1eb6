import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { exportRuns } from '../../../src/commands/export.js';
import { type FileImport, importFile } from '../../../src/commands/import-sources/import-file.js';
import { type ImportConfig, parseConfig } from '../../../src/config/config.js';
import { emptyTables } from '../../support/empty-tables.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';
import { untilSettled } from '../../support/until-settled.js';

const path = { orgId: idOf(1), projectId: idOf(2), taskId: idOf(3) };
const other = { taskId: idOf(4), groupId: idOf(5) };

const run = (number: number, members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id: idOf(100 + number),
  created: '2024-01-16T13:33:25.247662Z',
  run_data: { submitted: number },
  ...members,
});
const lines = (...rows: readonly (object | string)[]) =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');

async function* chunksOf(chunks: readonly Buffer[]) {
  yield* chunks;
}

describe('an import of a file', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let config: ImportConfig;
  let folder: string;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    const { dataDir, files, database: settings } = parseConfig({});
    config = { dataDir, files, importToken: undefined, database: { ...settings, url: database.url } };
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-import-file-'));
    await emptyTables(dataSource);
    await dataSource.query(`
      INSERT INTO organization (id, name) VALUES ('${path.orgId}', 'Org');
      INSERT INTO project (id, org_id, name) VALUES ('${path.projectId}', '${path.orgId}', 'Project');
      INSERT INTO task (id, project_id, name) VALUES ('${path.taskId}', '${path.projectId}', 'Task'),
        ('${other.taskId}', '${path.projectId}', 'Other');
      INSERT INTO reporting_group (id, project_id, name) VALUES ('${other.groupId}', '${path.projectId}', 'Group')`);
  });
  afterEach(() => rm(folder, { recursive: true }));
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  interface Imported {
    readonly code: number | string;
    readonly summary: string;
    readonly output: string;
    readonly errors: string;
    /** Null without a file. */
    readonly rejected: string | null;
  }

  const importText = async (
    text: string,
    options: Partial<FileImport> & {
      readonly map?: object;
      readonly names?: object;
      readonly rejects?: boolean;
      readonly input?: readonly Buffer[];
    } = {},
  ): Promise<Imported> => {
    const { map, names, rejects = true, format = 'ndjson', input = [], ...rest } = options;
    const rejectFile = rejects ? join(folder, `rejected-${Math.random()}`) : undefined;
    let output = '';
    let errors = '';
    const request: FileImport = {
      file: await file(`runs.${format}`, text),
      format,
      delimiter: ',',
      path,
      creates: false,
      namesFile: names && (await file('names.json', JSON.stringify(names))),
      mapFile: map && (await file('map.json', JSON.stringify(map))),
      ignoresUnknown: false,
      replaces: false,
      storagePrefix: '',
      rejectFile,
      ...rest,
    };
    // Makes the file old.
    if (request.file !== null) await utimes(request.file, 1_700_000_000.25, 1_700_000_000.25);
    const code = await importFile(request, config, {
      input: chunksOf(input),
      output: { write: (written: string) => (output += written) },
      errors: { write: (written: string) => (errors += written) },
      signal: new AbortController().signal,
    }).catch((error: Error) => error.message);
    const rejected = rejectFile === undefined ? null : await readFile(rejectFile, 'utf8').catch(() => null);
    return { code, summary: /^Runs: .*$/m.exec(output)?.[0] ?? '', output, errors, rejected };
  };
  const held = (columns = 'id'): Promise<Record<string, unknown>[]> =>
    dataSource.query(`SELECT ${columns} FROM task_run ORDER BY created, id`);

  it('adds runs with all their columns, and nothing the second time', async () => {
    const full = run(1, {
      task_id: path.taskId.toUpperCase(),
      task_revision_id: idOf(10),
      response: 'a text',
      input_tokens: 1,
      output_tokens: 2,
      total_tokens: 3,
      input_processor_timing: 0.00015282,
      llm_call_timing: null,
      charged_credits: '1.00',
      is_error: true,
      llm_retries: 4,
      used_fallback_model: null,
      primary_failure_reason: 'rate_limited',
      fallback_llm_model_id: idOf(11),
      user_id: idOf(12),
      reporting_group_id: other.groupId,
      reference: '',
      context_id: 'ä'.repeat(64),
      files: [
        {
          name: 'a.txt',
          content_type: 'text/plain',
          size_bytes: 5,
          direction: 'INPUT',
          created: '2024-01-16T13:33:25Z',
          storage_key: 'k',
        },
      ],
    });
    const first = await importText(lines(full, run(2)));
    expect(first).toMatchObject({
      code: 0,
      errors: '',
      rejected: null,
      summary: 'Runs: 2 read, 2 new, 0 replaced, 0 deleted, 0 skipped, 0 rejected. 2 are in the database.',
    });
    expect(first.output).toContain(`grant -- --user SUB --role owner --task ${path.taskId}\n`);
    const [stored] = await held('to_jsonb(task_run) AS run');
    const { files: _, ...columns } = full;
    expect(stored!.run).toMatchObject({
      ...columns,
      task_id: path.taskId,
      created: expect.any(String),
      charged_credits: 1,
      used_fallback_model: false,
    });
    expect(await dataSource.query('SELECT task_run_id, position, name, size_bytes FROM task_run_file')).toEqual([
      { task_run_id: full.id, position: 0, name: 'a.txt', size_bytes: '5' },
    ]);
    const versions = await held('id, xmin');
    expect(await importText(lines(full, run(2, { response: 1 })))).toMatchObject({
      code: 0,
      summary: 'Runs: 2 read, 0 new, 0 replaced, 0 deleted, 2 skipped, 0 rejected. 2 are in the database.',
    });
    expect(await held('id, xmin')).toEqual(versions);
  });

  it('keeps every digit of numbers, in credits and in JSON', async () => {
    const text =
      '{"id":"%","created":"2024-01-16","charged_credits":1.10,"response":{"n":12345678901234567890.1000},"run_data":{"a":[1e3]}}';
    await importText(lines(text.replace('%', String(run(1).id))));
    expect(await held('charged_credits::text, response::text, run_data::text')).toEqual([
      { charged_credits: '1.10', response: '{"n": 12345678901234567890.1000}', run_data: '{"a": [1000]}' },
    ]);
  });

  it('fills in what a row lacks, the same way each time', async () => {
    const rows = lines(
      { input_tokens: 3 },
      { run_data: null, created: '2024-01-16T13:33:25.247662', input_tokens: 3, output_tokens: 4 },
      { created: '2024-01-17', input_tokens: 3, output_tokens: 4, total_tokens: 8 },
    );
    expect(await importText(rows)).toMatchObject({ code: 0, summary: expect.stringContaining('3 new') });
    const runs = await held(
      'id, created::text, run_data, task_revision_id, input_tokens, output_tokens, total_tokens, is_error, llm_retries, used_fallback_model',
    );
    const defaults = {
      task_revision_id: '00000000-0000-0000-0000-000000000000',
      run_data: {},
      input_tokens: 3,
      output_tokens: 4,
      is_error: false,
      llm_retries: 0,
      used_fallback_model: false,
    };
    expect(runs).toEqual([
      {
        ...defaults,
        id: expect.stringMatching(/^018bcfe5-68fa-/),
        created: '2023-11-14 22:13:20.25+00',
        output_tokens: 0,
        total_tokens: 3,
      },
      {
        ...defaults,
        id: expect.stringMatching(/^018d127a-0d7f-/),
        created: '2024-01-16 13:33:25.247662+00',
        total_tokens: 7,
      },
      { ...defaults, id: expect.stringMatching(/^018d14b/), created: '2024-01-17 00:00:00+00', total_tokens: 8 },
    ]);
    expect(await importText(rows)).toMatchObject({ code: 0, summary: expect.stringContaining('3 skipped') });
  });

  it('requires of standard input what a file would give', async () => {
    const request = { file: null, rejects: false };
    const input = (text: string) => importText(text, { ...request, input: [Buffer.from(text)] });
    expect((await input(lines({ ...run(1), created: null }))).code).toBe(
      'standard input:1: `created` is missing. It has a default only in a file given with --from.',
    );
    expect((await input(lines({ ...run(1), id: undefined }))).code).toBe(
      'standard input:1: `id` is missing. It has a default only in a file given with --from.',
    );
    expect((await input(lines(run(1)))).code).toBe(0);
  });

  it.each<[string, object | string, string]>([
    ['no JSON', '{"id":', 'The line must be a JSON object, but is not JSON.'],
    ['no object', '[]', 'The line must be a JSON object.'],
    ['a malformed id', run(9, { id: 'x' }), '`id` must be 8-4-4-4-12 hexadecimal digits, not "x".'],
    [
      'a date that is none',
      run(9, { created: 'yesterday' }),
      '`created` must be a date and time in the years 1 to 9999, such as 2024-01-16T13:33:25.247662Z, not "yesterday".',
    ],
    [
      'half a token',
      run(9, { input_tokens: 1.5 }),
      '`input_tokens` must be an integer from 0 to 2147483647, not "1.5".',
    ],
    [
      'a negative count',
      run(9, { llm_retries: -1 }),
      '`llm_retries` must be an integer from 0 to 2147483647, not "-1".',
    ],
    [
      'too many tokens',
      run(9, { total_tokens: 2 ** 31 }),
      '`total_tokens` must be an integer from 0 to 2147483647, not "2147483648".',
    ],
    ['a boolean that is none', run(9, { is_error: 'no' }), '`is_error` must be true or false, not "no".'],
    [
      'credits that are not a number',
      run(9, { charged_credits: 'NaN' }),
      '`charged_credits` must be a decimal number, such as 1.50, not "NaN".',
    ],
    [
      'a timing that is not a number',
      run(9, { llm_call_timing: '1s' }),
      '`llm_call_timing` must be a finite number of seconds, such as 1.346, not "1s".',
    ],
    [
      'a long reference',
      run(9, { reference: 'x'.repeat(65) }),
      `\`reference\` must be a string of at most 64 characters without NUL or unpaired surrogates, not "${'x'.repeat(39)}…".`,
    ],
    ['a list as a text', run(9, { reference: [] }), '`reference` must be a single value, not a list or an object.'],
    ['NUL in JSON', run(9, { response: { a: '\0' } }), '`response` must be JSON without NUL or unpaired surrogates.'],
    [
      'half a character',
      run(9, { primary_failure_reason: '\ud800' }),
      '`primary_failure_reason` must be a string without NUL or unpaired surrogates, not "\\ud800".',
    ],
    ['run data that are not an object', run(9, { run_data: [1] }), '`run_data` must be a JSON object, not "[1]".'],
    [
      'an integer whose point may separate thousands',
      run(9, { input_tokens: '1.000' }),
      '`input_tokens` must be an integer from 0 to 2147483647, not "1.000".',
    ],
    [
      'credits with a decimal comma',
      run(9, { charged_credits: '0,15' }),
      '`charged_credits` must be a decimal number, such as 1.50, not "0,15". It has a decimal comma. Use 0.15 instead.',
    ],
    [
      'a timing with a decimal comma and points between thousands',
      run(9, { llm_call_timing: '1.234,5' }),
      '`llm_call_timing` must be a finite number of seconds, such as 1.346, not "1.234,5". It has a decimal comma. Use 1234.5 instead.',
    ],
    [
      'a comma in an integer',
      run(9, { input_tokens: '1,5' }),
      '`input_tokens` must be an integer from 0 to 2147483647, not "1,5".',
    ],
    [
      'a zero behind the decimal comma of an integer',
      run(9, { input_tokens: '5,0' }),
      '`input_tokens` must be an integer from 0 to 2147483647, not "5,0". It has a decimal comma. Use 5.0 instead.',
    ],
    [
      'too many tokens in total',
      run(9, { input_tokens: 2 ** 31 - 1, output_tokens: 1 }),
      '`total_tokens` is missing, and the sum of `input_tokens` and `output_tokens` must be at most 2147483647, not 2147483648.',
    ],
    [
      'another task',
      run(9, { task_id: other.taskId }),
      `\`task_id\` must be ${path.taskId}, as --task, not "${other.taskId}".`,
    ],
    [
      'an unknown group',
      run(9, { reporting_group_id: idOf(77) }),
      `\`reporting_group_id\` must be a group of the project, not "${idOf(77)}".`,
    ],
    [
      'a field that is not a column',
      run(9, { engine: 'x' }),
      '"engine" is not a column of a run. Map it with --map, or use --ignore-unknown.',
    ],
    ['a deletion', { id: idOf(9), deleted: true }, '`deleted` is true, but deletions require --upsert.'],
    ['files without a name', run(9, { files: [{}] }), '`files[0].name` is missing.'],
    ['files that are not a list', run(9, { files: {} }), '`files` must be a list of objects, not "{}".'],
    ['credits that PostgreSQL cannot hold', run(9, { charged_credits: '1e200000' }), 'value overflows numeric format'],
  ])('rejects a row with %s, and adds all others', async (_title, row, reason) => {
    const text = lines(row).trimEnd();
    const { code, errors, rejected, summary } = await importText(lines(run(1), text, run(2), run(3)));
    expect({ code, errors, rejected }).toEqual({
      code: 2,
      errors: `runs.ndjson:2: ${reason}\n`,
      rejected: `${text}\n`,
    });
    expect(summary).toBe('Runs: 4 read, 3 new, 0 replaced, 0 deleted, 0 skipped, 1 rejected. 3 are in the database.');
    expect(await held()).toHaveLength(3);
  });

  it('names every bad row of a file, and exits 1 where all are bad', async () => {
    const rows = Array.from({ length: 2500 }, (_, number) => run(number, number % 100 === 7 ? { is_error: 1 } : {}));
    const { code, errors, rejected } = await importText(lines(...rows));
    expect(code).toBe(2);
    expect(errors.match(/^runs\.ndjson:\d*8: `is_error`/gm)).toHaveLength(25);
    expect(await held()).toHaveLength(2475);
    expect((await importText(rejected!)).code).toBe(1);
    expect((await importText(rejected!.replaceAll('"is_error":1', '"is_error":true'))).code).toBe(0);
    expect(await held()).toHaveLength(2500);
  });

  it('keeps the rejected rows of earlier imports under numbers', async () => {
    const rejectFile = join(folder, 'rejected');
    const numbered = (number: number) => readFile(`${rejectFile}.${number}`, 'utf8').catch(() => null);
    const bad = (number: number) => lines(run(number, { is_error: 1 }));
    await writeFile(rejectFile, 'a file of somebody');
    const first = await importText(bad(1) + lines(run(2)), { rejectFile });
    expect(first).toMatchObject({
      code: 2,
      output: expect.stringContaining(`${rejectFile} already existed and was renamed to ${rejectFile}.1.\n`),
    });
    expect(await readFile(rejectFile, 'utf8')).toBe(bad(1));
    await importText(bad(3) + lines(run(4)), { rejectFile });
    expect(await readFile(rejectFile, 'utf8')).toBe(bad(3));
    expect(await importText(lines(run(1), run(3)), { rejectFile })).toMatchObject({ code: 0 });
    expect([await numbered(1), await numbered(2), await numbered(3), await numbered(4)]).toEqual([
      'a file of somebody',
      bad(1),
      bad(3),
      null,
    ]);
    await expect(readFile(rejectFile)).rejects.toThrow('ENOENT');
    expect(await importText('', { rejectFile })).toMatchObject({
      code: 0,
      output: expect.not.stringContaining('existed'),
    });
    expect((await importText('', { rejectFile: folder })).code).toBe(
      `--reject must be a new or existing file, but ${folder} is neither.`,
    );
  });

  it('ends at the first row that does not fit where rejected rows are not kept, with only whole batches', async () => {
    const rows = Array.from({ length: 1500 }, (_, number) => run(number));
    for (const bad of [{ is_error: 'x' }, { reporting_group_id: idOf(77) }]) {
      await emptyTablesOfRuns();
      const { code, summary } = await importText(lines(...rows, run(1500, bad)), { rejects: false });
      expect(code).toMatch(/^runs\.ndjson:1501: `(is_error|reporting_group_id)` must be /);
      expect(summary).toContain('1,000 new');
      expect(summary).toContain('1,000 are in the database.');
      expect(await held()).toHaveLength(1000);
    }
  });
  const emptyTablesOfRuns = () => dataSource.query('TRUNCATE task_run, task_run_file');

  it('replaces runs with --upsert, deletes those that are deleted, and takes no run of another task', async () => {
    await dataSource.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $1, '{}', now(), 0, 0, 0)`,
      [run(3).id, other.taskId],
    );
    const file = {
      name: 'a',
      content_type: 'a',
      size_bytes: 1,
      direction: 'INPUT',
      created: '2024-01-16',
      storage_key: 'a',
    };
    await importText(lines(run(1, { reference: 'old', files: [file] }), run(2)));
    const rows = lines(
      run(1, { reference: 'first' }),
      run(1, { reference: 'last', files: [{ ...file, name: 'b' }] }),
      { id: run(2).id, task_id: path.taskId, deleted: true },
      { id: idOf(99), task_id: path.taskId, deleted: true },
      { id: run(3).id, task_id: path.taskId, deleted: true },
      run(3),
    );
    expect(await importText(rows, { replaces: true })).toMatchObject({
      code: 2,
      errors: `runs.ndjson:6: \`id\` must not be that of a run of another task, ${run(3).id}.\n`,
      summary: 'Runs: 6 read, 0 new, 2 replaced, 3 deleted, 0 skipped, 1 rejected. 2 are in the database.',
    });
    expect(await held('id, task_id, reference')).toEqual([
      { id: run(1).id, task_id: path.taskId, reference: 'last' },
      { id: run(3).id, task_id: other.taskId, reference: null },
    ]);
    expect(await dataSource.query('SELECT name FROM task_run_file')).toEqual([{ name: 'b' }]);
    expect((await importText(lines(run(3)))).errors).toContain('`id` must not be that of a run of another task');
  });

  describe('storage keys', () => {
    const withKeys = (number: number, ...keys: string[]) =>
      run(number, {
        files: keys.map((storage_key, index) => ({
          ...{ name: `${index}`, content_type: 'a', size_bytes: 1, direction: 'INPUT', created: '2024-01-16' },
          storage_key,
        })),
      });
    const keysOf = async (number: number) =>
      (
        await dataSource.query('SELECT storage_key FROM task_run_file WHERE task_run_id = $1 ORDER BY position', [
          run(number).id,
        ])
      ).map(({ storage_key }: { storage_key: string }) => storage_key);
    const foreign = 'mirror/other/run';

    it('must exist for the run in the task, without a prefix', async () => {
      await importText(lines(withKeys(1, 'a', 'b'), withKeys(2, 'c')));
      const rows = lines(withKeys(1, 'b'), withKeys(2, 'b'), withKeys(3, 'c'), withKeys(4));
      const options = { storagePrefix: undefined };
      const reason = (line: number, key: string) =>
        `runs.ndjson:${line}: \`files[0].storage_key\` must be a key that the run already has, unless --storage-prefix allows others, not "${key}".\n`;
      expect(await importText(rows, options)).toMatchObject({
        code: 2,
        errors: reason(2, 'b') + reason(3, 'c'),
        rejected: lines(withKeys(2, 'b'), withKeys(3, 'c')),
        summary: 'Runs: 4 read, 1 new, 0 replaced, 0 deleted, 1 skipped, 2 rejected. 2 are in the database.',
      });
      expect(await importText(rows, { ...options, replaces: true })).toMatchObject({
        errors: reason(2, 'b') + reason(3, 'c'),
        summary: 'Runs: 4 read, 0 new, 2 replaced, 0 deleted, 0 skipped, 2 rejected. 2 are in the database.',
      });
      expect([await keysOf(1), await keysOf(2)]).toEqual([['b'], ['c']]);
      await dataSource.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [other.taskId, run(1).id]);
      expect((await importText(lines(withKeys(1, 'b')), { ...options, replaces: true })).errors).toBe(reason(1, 'b'));
      expect((await importText(lines(withKeys(5, foreign)), { ...options, rejects: false })).code).toBe(
        reason(1, foreign).trimEnd(),
      );
    });

    it.each([
      ['uploads/', ['uploads/a', 'uploads/b/c'], [foreign, 'uploads', 'x/uploads/a', 'uploads/../a', 'uploads//a']],
      ['uploads', ['uploads/a', 'uploads-2/a'], ['../uploads', 'uploads/../../a', 'Uploads/a', 'uploads\\a']],
      ['', ['uploads/a', foreign, '../x'], []],
    ])('begin with the prefix %j', async (storagePrefix, accepted, rejected) => {
      const rows = [...accepted, ...rejected].map((key, number) => withKeys(number, key));
      const { errors, summary } = await importText(lines(...rows), { storagePrefix });
      expect(summary).toContain(
        ` ${accepted.length} new, 0 replaced, 0 deleted, 0 skipped, ${rejected.length} rejected.`,
      );
      for (const key of rejected)
        expect(errors).toContain(
          `must be a key that the run already has, or begin with "${storagePrefix}" and stay inside the storage, not ${JSON.stringify(key)}.`,
        );
      expect(await importText(lines(withKeys(0, accepted[0]!, 'new')), { storagePrefix: undefined })).toMatchObject({
        code: 1,
        errors: expect.stringContaining('`files[1].storage_key` must be'),
      });
    });
  });

  it('maps columns to fields, constants, hashes and numbers of time', async () => {
    const map = {
      id: { uuid: 'key' },
      created: { milliseconds: '/at/ms' },
      llm_call_timing: { milliseconds: 'took' },
      input_processor_timing: { seconds: 'prepared' },
      user_id: { uuid: '/user' },
      response: '/output/0/text',
      run_data: { value: { submitted: 1.0 } },
      charged_credits: { value: '0.50' },
    };
    const row = {
      key: 'run one',
      at: { ms: 1_705_412_005_247.5 },
      took: 1346,
      prepared: 0.25,
      user: 'alice',
      output: [{ text: 'Hello' }],
    };
    expect(await importText(lines(row, { ...row, key: 2 }), { map })).toMatchObject({ code: 0 });
    const runs = await held(
      'id, created::text, llm_call_timing, input_processor_timing, user_id, response, run_data, charged_credits',
    );
    expect(runs[0]).toEqual({
      id: expect.stringMatching(/^018d127a-0d7f-/),
      created: '2024-01-16 13:33:25.2475+00',
      llm_call_timing: 1.346,
      input_processor_timing: 0.25,
      user_id: '2bd806c9-7f0e-00af-1a1f-c3328fa763a9',
      response: 'Hello',
      run_data: { submitted: 1 },
      charged_credits: '0.50',
    });
    expect(runs[1]!.id).not.toBe(runs[0]!.id);
    // The same text becomes another run in another task.
    await importText(lines(row), { map, path: { ...path, taskId: other.taskId } });
    expect(new Set((await held()).map(({ id }) => id)).size).toBe(3);
    const withoutTime = await importText(lines({ ...row, at: {} }), { map });
    expect(withoutTime.errors).toContain('`created` is missing. {"uuid": …} needs it to make an `id`.');
    expect((await importText(lines({ ...row, more: 1 }), { map })).errors).toContain('"more" is not a column of a run');
    expect(await importText(lines({ ...row, more: 1 }), { map, ignoresUnknown: true })).toMatchObject({ code: 0 });
  });

  it('reads CSV, and keeps rejected rows below its header', async () => {
    const text = [
      '\uFEFFid,created,run_data,response,reference,context_id,is_error,input_tokens',
      `${run(1).id},2024-01-16T13:33:25.247662Z,"{""submitted"":\n""a,b""}","""a text""","'=1+1",,TRUE,5`,
      `${run(2).id},2024-01-16 13:33:26,{},,"","x",,`,
      `${run(3).id},2024-01-16,{},no JSON,,,,`,
      `${run(4).id},2024-01-16,{}`,
      '',
    ].join('\r\n');
    const result = await importText(text, { format: 'csv' });
    expect(result.errors.split('\n')).toEqual([
      'runs.csv:5: `response` must be JSON, with strings in double quotes, not "no JSON".',
      'runs.csv:6: The row must have 8 cells like the first line, not 3.',
      '',
    ]);
    expect(await held('run_data, response, reference, context_id, is_error, input_tokens')).toEqual([
      {
        run_data: { submitted: 'a,b' },
        response: 'a text',
        reference: '=1+1',
        context_id: null,
        is_error: true,
        input_tokens: 5,
      },
      { run_data: {}, response: null, reference: '', context_id: 'x', is_error: false, input_tokens: 0 },
    ]);
    const [header, ...rows] = result.rejected!.split('\n');
    expect([header, rows.length]).toEqual([text.slice(1).split('\r\n')[0], 3]);
  });

  it('reads CSV with another delimiter, and names a decimal comma in it', async () => {
    const text = [
      'id;created;run_data;charged_credits;llm_call_timing',
      `${run(1).id};2024-01-16;"{""a"":"";,""}";0.15;`,
      `${run(2).id};2024-01-16;{};0,15;1,346`,
      '',
    ].join('\n');
    const result = await importText(text, { format: 'csv', delimiter: ';' });
    expect(result).toMatchObject({
      code: 2,
      errors:
        'runs.csv:3: `llm_call_timing` must be a finite number of seconds, such as 1.346, not "1,346". It has a decimal comma. Use 1.346 instead.\n',
      rejected: `${text.split('\n')[0]}\n${text.split('\n')[2]}\n`,
    });
    expect(await held('run_data, charged_credits')).toEqual([{ run_data: { a: ';,' }, charged_credits: '0.15' }]);
    for (const ignoresUnknown of [true, false])
      expect((await importText(text, { format: 'csv', ignoresUnknown })).code).toBe(
        'The first line has only one column, "id;created;run_data;charged_credits;llm_call_timing", with the delimiter ",". Use --delimiter \';\'.',
      );
  });

  it('ignores the model of an export, which follows from the run', async () => {
    expect(await importText(lines(run(1, { model: 'x' })))).toMatchObject({ code: 0, errors: '' });
    expect(await held('run_data')).toEqual([{ run_data: { submitted: 1 } }]);
  });

  it('rejects CSV with an unknown column before it reads rows', async () => {
    const text = `id,created,run_data,engine\n${run(1).id},2024-01-16,{},x\n`;
    expect((await importText(text, { format: 'csv' })).code).toBe(
      '"engine" is not a column of a run. Map it with --map, or use --ignore-unknown.',
    );
    expect(await importText(text, { format: 'csv', ignoresUnknown: true })).toMatchObject({ code: 0 });
    expect((await importText(text.replaceAll('created', 'When'), { format: 'csv' })).code).toBe(
      '"When", "engine" are not columns of a run. Map them with --map, or use --ignore-unknown.',
    );
  });

  it.each([
    ['jsonl', undefined],
    ['csv', undefined],
    ['jsonl', '/submitted'],
    ['csv', '/submitted'],
  ] as const)('takes an export of ours as %s unchanged, with models at %s', async (format, pointer) => {
    await importText(
      lines(
        run(1, { reference: "'=x", response: { n: 1.5 }, reporting_group_id: other.groupId, charged_credits: '1.00' }),
        run(2, {
          run_data: { submitted: 'gpt-4o' },
          response: '-1',
          primary_failure_reason: '',
          user_id: idOf(12),
          llm_call_timing: 0.1,
        }),
      ),
    );
    const before = await held("to_jsonb(task_run) - 'changed_xid' AS run");
    await untilSettled(dataSource);
    const out = join(folder, 'export');
    await exportRuns(
      { ...path, kind: format, folder: out, renews: false },
      {
        database: { ...config.database, url: database.url },
        modelPointer: pointer && { source: 'runData', pointer, isModel: true },
      },
    );
    const exported = await readFile(join(out, `runs-00001.${format}`), 'utf8');
    expect(/"model":"gpt-4o"|,gpt-4o,/.test(exported)).toBe(pointer !== undefined);
    await emptyTablesOfRuns();
    const result = await importText(exported, { format: format === 'csv' ? 'csv' : 'ndjson' });
    expect(result).toMatchObject({ code: 0, errors: '', summary: expect.stringContaining('2 new') });
    expect(await held("to_jsonb(task_run) - 'changed_xid' AS run")).toEqual(before);
  });

  it('requires what the path names, or makes it', async () => {
    const made = { orgId: idOf(21), projectId: idOf(22), taskId: idOf(23) };
    const missing = await importText(lines(run(1)), { path: made });
    expect(missing.code).toMatch(new RegExp(`^--org ${made.orgId} does not exist\\. .* Use --create to create it\\.$`));
    expect((await importText(lines(run(1)), { path: { ...path, orgId: idOf(21) } })).code).toMatch(/^--org /);
    const names = { [made.taskId.toUpperCase()]: 'Triage' };
    expect(await importText(lines(run(1)), { path: made, creates: true, names })).toMatchObject({ code: 0 });
    expect(
      await dataSource.query(
        `SELECT organization.name AS org, project.name AS project, task.name AS task, run_visibility
         FROM organization JOIN project ON org_id = organization.id JOIN task ON project_id = project.id WHERE task.id = $1`,
        [made.taskId],
      ),
    ).toEqual([{ org: made.orgId, project: made.projectId, task: 'Triage', run_visibility: 'owner_only' }]);
    await importText(lines(run(1)), { path: made, creates: true, names: { [made.taskId]: 'Other' } });
    expect(await dataSource.query('SELECT name FROM task WHERE id = $1', [made.taskId])).toEqual([{ name: 'Triage' }]);
    expect((await importText('', { path: { ...made, projectId: path.projectId }, creates: true })).code).toBe(
      `In the database, the project ${path.projectId} belongs to another resource.`,
    );
    expect((await importText('', { path: { ...path, taskId: made.taskId } })).code).toBe(
      `--task ${made.taskId} belongs to the project ${made.projectId}, not ${path.projectId}.`,
    );
  });
});
