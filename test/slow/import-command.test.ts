import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { emptyTables } from '../support/empty-tables.js';
import { type ExportContent, exportOf, makeExportFolder } from '../support/export-folder.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

const count = 5000;

describe('the import command', () => {
  let database: OwnDatabase;
  let content: ExportContent;
  let scratch: string;
  let rejectFile: string;
  const folders: string[] = [];
  beforeAll(async () => {
    database = await createMigratedDatabase();
    scratch = await mkdtemp(join(tmpdir(), 'gateway-import-'));
    rejectFile = join(scratch, 'rejected.jsonl');
    content = await inDatabase(async (dataSource) => {
      await dataSource.runMigrations();
      await arrangeGeneratedRuns(dataSource, count);
      return exportOf(dataSource, generated.orgId, generated.projectId);
    });
  });
  beforeEach(() => inDatabase(emptyTables));
  afterAll(async () => {
    await database?.drop();
    for (const folder of [...folders, scratch]) await rm(folder, { recursive: true, force: true });
  });

  const inDatabase = async <T>(action: (dataSource: DataSource) => Promise<T>): Promise<T> => {
    const dataSource = await database.connect();
    return action(dataSource).finally(() => dataSource.destroy());
  };
  const held = () => inDatabase((dataSource) => exportOf(dataSource, content.orgId, content.projectId));
  const start = (folder: string, ...args: string[]) =>
    spawnProgram(['main.js', 'import', '--from', folder, ...args], { DATABASE_URL: database.url });
  const folderOf = async (runs = content.runs, manifest = {}) => {
    const folder = await makeExportFolder({ ...content, runs }, manifest);
    folders.push(folder);
    return folder;
  };
  const lastLine = (output: string) => output.trimEnd().split('\n').at(-1);

  it('imports a folder, and changes nothing the second time', async () => {
    const folder = await folderOf();
    const first = await start(folder, '--reject', rejectFile).ended;
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(lastLine(first.output)).toBe('Runs: 5,000 read, 5,000 new, 0 changed, 0 unchanged, 0 failed.');
    expect(await held()).toEqual(content);
    await expect(stat(rejectFile)).rejects.toThrow('ENOENT');
    const second = await start(folder).ended;
    expect(lastLine(second.output)).toBe('Runs: 5,000 read, 0 new, 0 changed, 5,000 unchanged, 0 failed.');
  });

  it('names and keeps the lines that fail, and exits 2', async () => {
    const bad = Buffer.from([0x7b, 0xff, 0x7d]);
    const folder = await folderOf(content.runs.with(1, '{"id":').with(3000, bad));
    const { code, output, errors } = await start(folder, '--reject', rejectFile).ended;
    expect(code).toBe(2);
    expect(errors).toMatch(/^runs-00001\.jsonl:2: .+\nruns-00002\.jsonl:501: The line must be UTF-8\.\n$/);
    expect(lastLine(output)).toBe('Runs: 5,000 read, 4,998 new, 0 changed, 0 unchanged, 2 failed.');
    expect(await readFile(rejectFile)).toEqual(Buffer.concat([Buffer.from('{"id":\n'), bad, Buffer.from('\n')]));
    expect((await stat(rejectFile)).mode & 0o077).toBe(0);

    const again = await start(folder, '--reject', rejectFile).ended;
    expect(again).toMatchObject({
      code: 2,
      output: expect.stringContaining(`${rejectFile} already existed and was renamed to ${rejectFile}.1.\n`),
    });
    expect(await readFile(rejectFile)).toEqual(await readFile(`${rejectFile}.1`));
  });

  it('exits 1 where every line fails, the export is not complete, or a file is not as exported', async () => {
    expect((await start(await folderOf(['{}', '{}'])).ended).code).toBe(1);
    const incomplete = await start(await folderOf([], { complete: false })).ended;
    expect(incomplete).toMatchObject({ code: 1, errors: expect.stringContaining('The export is not complete') });
    const folder = await folderOf();
    await writeFile(join(folder, 'runs-00002.jsonl'), '');
    const changed = await start(folder).ended;
    expect(changed).toMatchObject({ code: 1, errors: expect.stringContaining('runs-00002.jsonl has 0 bytes') });
    expect((await held()).runs).toEqual([]);
  });

  it('continues where it was killed', async () => {
    const folder = await folderOf();
    const program = start(folder);
    await program.line(/ of 5,000 runs/);
    program.kill('SIGKILL');
    await program.ended;
    const { code, output } = await start(folder).ended;
    expect(code).toBe(0);
    expect(lastLine(output)).toMatch(/^Runs: 5,000 read, [\d,]+ new, 0 changed, [1-9][\d,]+ unchanged, 0 failed\.$/);
    expect(await held()).toEqual(content);
  });
});
