import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { importNames, type NamesRequest } from '../../../src/commands/names.js';
import { parseConfig } from '../../../src/config/config.js';
import { emptyTables } from '../../support/empty-tables.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';

const [org, otherOrg, ada, grace, revision] = [1, 2, 11, 12, 21].map(idOf);

const row = (members: object = {}) => ({ org_id: org, kind: 'user', id: ada, name: 'Ada', ...members });
const lines = (...rows: readonly (object | string)[]) =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
const summary = (counts: string) => `Names: ${counts}.\n`;

async function* chunksOf(text: string) {
  yield Buffer.from(text);
}

describe('the names command', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let folder: string;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    folder = await mkdtemp(join(tmpdir(), 'gateway-names-'));
  });
  beforeEach(async () => {
    await emptyTables(dataSource);
    await dataSource.query("INSERT INTO organization (id, name) VALUES ($1, 'Org'), ($2, 'Other')", [org, otherOrg]);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const namesOf = async (text: string, options: Partial<NamesRequest> = {}, input = '') => {
    const { format = 'ndjson' } = options;
    const file = join(folder, `names.${format}`);
    await writeFile(file, text);
    const { dataDir, database: settings } = parseConfig({});
    let output = '';
    let errors = '';
    const code = await importNames(
      { file, format, deletesMissing: false, ...options },
      { dataDir, database: { ...settings, url: database.url } },
      {
        input: chunksOf(input),
        output: { write: (written: string) => (output += written) },
        errors: { write: (written: string) => (errors += written) },
        signal: new AbortController().signal,
      },
    ).catch((error: Error) => error.message);
    return { code, output, errors };
  };
  const held = () =>
    dataSource.query('SELECT org_id, kind, id, name FROM resource_name ORDER BY org_id, kind DESC, id, name');

  it('adds names, changes them, and does not touch equal ones', async () => {
    const rows = [row(), row({ id: grace, name: 'Grace' }), row({ kind: 'task_revision', id: revision, name: 'v1' })];
    expect(await namesOf(lines(...rows))).toEqual({
      code: 0,
      output: summary('3 read, 3 new, 0 changed, 0 unchanged, 0 deleted, 0 rejected'),
      errors: '',
    });
    expect(await held()).toEqual(rows);
    expect(await namesOf(lines(...rows))).toMatchObject({
      code: 0,
      output: summary('3 read, 0 new, 0 changed, 3 unchanged, 0 deleted, 0 rejected'),
    });
    expect(await namesOf(lines(row({ name: 'Ada L.' }), rows[1]!))).toMatchObject({
      output: summary('2 read, 0 new, 1 changed, 1 unchanged, 0 deleted, 0 rejected'),
    });
    expect((await held()).map(({ name }: { name: string }) => name)).toEqual(['Ada L.', 'Grace', 'v1']);
  });

  it('reads CSV, with columns in any order and ids in any case', async () => {
    const text = `\ufeffname,id,kind,org_id\r\n"Ada, ""the"" first",${ada!.toUpperCase()},user,${org}\r\n'=x,${grace},user,${org}\r\n`;
    expect(await namesOf(text, { format: 'csv' })).toMatchObject({ code: 0, errors: '' });
    expect(await held()).toEqual([row({ name: 'Ada, "the" first' }), row({ id: grace, name: '=x' })]);
    const bad = `org_id,kind,id,name\n${org},user,${ada},"Ada\nL."\n${org},user,${grace}\n`;
    expect(await namesOf(bad, { format: 'csv' })).toMatchObject({
      code: 1,
      errors: `names.csv:2: \`name\` must be a string of 1 to 200 characters without control characters, not "Ada\\nL.".\nnames.csv:4: The row must have 4 cells like the first line, not 3.\n`,
    });
  });

  it('reads standard input', async () => {
    expect(await namesOf('', { file: null }, lines(row()))).toMatchObject({ code: 0, errors: '' });
    expect(await held()).toEqual([row()]);
    expect(await namesOf('', { file: null }, 'nonsense')).toMatchObject({
      code: 1,
      errors: 'standard input:1: The line must be a JSON object, but is not JSON.\n',
    });
  });

  it('takes the last of several names of an id', async () => {
    expect(await namesOf(lines(row({ name: 'first' }), row({ name: 'last' })))).toMatchObject({ code: 0, errors: '' });
    expect(await held()).toEqual([row({ name: 'last' })]);
  });

  it('names bad rows with line and column, and writes the others', async () => {
    const bad = [
      row({ id: 'x' }),
      row({ org_id: idOf(9) }),
      row({ kind: 'task' }),
      row({ name: 'a\nb' }),
      row({ name: 'x'.repeat(201) }),
      row({ name: '' }),
      row({ name: null }),
      row({ name: ['a'] }),
      { ...row(), title: 'x' },
      { org_id: org, kind: 'user', id: ada },
      '[]',
    ];
    const { code, output, errors } = await namesOf(lines(row(), ...bad, row({ id: grace, name: 'x'.repeat(200) })));
    expect([code, output]).toEqual([2, summary('13 read, 2 new, 0 changed, 0 unchanged, 0 deleted, 11 rejected')]);
    const name = '`name` must be a string of 1 to 200 characters without control characters';
    expect(errors.split('\n').sort()).toEqual(
      [
        'names.ndjson:2: `id` must be 8-4-4-4-12 hexadecimal digits, not "x".',
        `names.ndjson:3: \`org_id\` must be the id of an organization, not "${idOf(9)}".`,
        'names.ndjson:4: `kind` must be user, task_revision or llm_model, not "task".',
        `names.ndjson:5: ${name}, not "a\\nb".`,
        `names.ndjson:6: ${name}, not "${'x'.repeat(39)}…".`,
        'names.ndjson:7: `name` is missing.',
        'names.ndjson:8: `name` is missing.',
        'names.ndjson:9: `name` must be a single value, not a list or an object.',
        'names.ndjson:10: The columns must be org_id, kind, id, name: "title" must be removed.',
        'names.ndjson:11: The columns must be org_id, kind, id, name: `name` must be added.',
        'names.ndjson:12: The line must be a JSON object.',
        '',
      ].sort(),
    );
    expect(await held()).toEqual([row(), row({ id: grace, name: 'x'.repeat(200) })]);
  });

  it('exits with 1 where no row was good', async () => {
    expect(await namesOf(lines(row({ id: 'x' })))).toMatchObject({
      code: 1,
      output: summary('1 read, 0 new, 0 changed, 0 unchanged, 0 deleted, 1 rejected'),
    });
  });

  it('rejects CSV of other columns as a whole', async () => {
    const columns = 'The columns must be org_id, kind, id, name';
    expect(await namesOf('org_id,kind,id,title\n', { format: 'csv' })).toMatchObject({
      code: `${columns}: "title" must be removed, and \`name\` must be added.`,
    });
    expect(await namesOf(`org_id;kind;id;name\n`, { format: 'csv' })).toMatchObject({
      code: `${columns}: "org_id;kind;id;name" must be removed, and \`org_id\`, \`kind\`, \`id\`, \`name\` must be added.`,
    });
  });

  it('deletes with --delete-missing only the other names of the organizations and kinds in the file', async () => {
    const others = [
      row({ kind: 'task_revision', id: revision, name: 'v1' }),
      row({ org_id: otherOrg, id: grace, name: 'Grace' }),
    ];
    await namesOf(lines(row(), row({ id: grace, name: 'Grace' }), ...others));
    expect(await namesOf(lines(row()), { deletesMissing: true })).toEqual({
      code: 0,
      output: summary('1 read, 0 new, 0 changed, 1 unchanged, 1 deleted, 0 rejected'),
      errors: '',
    });
    expect(await held()).toEqual([row(), ...others]);
  });

  it('deletes nothing where a row was rejected, or the file is empty', async () => {
    await namesOf(lines(row(), row({ id: grace, name: 'Grace' })));
    const { code, output } = await namesOf(lines(row(), row({ id: 'x' })), { deletesMissing: true });
    expect([code, output]).toEqual([
      2,
      `${summary('2 read, 0 new, 0 changed, 1 unchanged, 0 deleted, 1 rejected')}No names were deleted, because rows were rejected. Correct them, then run the command again.\n`,
    ]);
    expect(await namesOf('', { deletesMissing: true })).toMatchObject({ code: 0 });
    expect(await held()).toHaveLength(2);
  });

  it('writes thousands of names, of which a batch has bad ones', async () => {
    const many = Array.from({ length: 2500 }, (_, index) => row({ id: idOf(1000 + index), name: `User ${index}` }));
    const { code, output } = await namesOf(lines(...many, row({ org_id: idOf(9) })));
    expect([code, output]).toEqual([
      2,
      summary('2,501 read, 2,500 new, 0 changed, 0 unchanged, 0 deleted, 1 rejected'),
    ]);
    expect(await held()).toHaveLength(2500);
  });
});
