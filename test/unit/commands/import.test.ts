import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImportCommand, readImportRequest } from '../../../src/commands/import.js';
import { parsed } from './parsed-command.js';

const requestIn = (...args: readonly string[]) => readImportRequest(parsed(createImportCommand(), args));

describe('the options of the import command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-import-options-'));
    for (const name of ['runs', 'runs.jsonl', 'RUNS.CSV']) await writeFile(join(folder, name), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('become absolute paths', () => {
    expect(requestIn('--from', '/a/../b')).toEqual({ folder: '/b', rejectFile: undefined });
    expect(requestIn('--from=/a', '--reject', 'c')).toEqual({ folder: '/a', rejectFile: `${process.cwd()}/c` });
  });

  const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';

  it('name a service, and its project and task', () => {
    const service = ['--from', 'https://x.example/api/v1/', '--org', id, '--project', id];
    const path = { orgId: id.toLowerCase(), projectId: id.toLowerCase(), taskId: null };
    const request = {
      baseUrl: 'https://x.example/api/v1',
      path,
      since: null,
      withFiles: false,
      keepsDeleted: false,
      rejectFile: undefined,
    };
    expect(requestIn(...service)).toEqual(request);
    expect(requestIn(...service, '--task', id, '--since', '2026-11-26', '--files', '--keep-deleted')).toEqual({
      ...request,
      path: { ...path, taskId: id.toLowerCase() },
      since: Date.UTC(2026, 10, 26),
      withFiles: true,
      keepsDeleted: true,
    });
  });

  it.each([
    ['http://x.example/api/v1', '--from is an http: URL of another machine; use https:.'],
    ['http://127.0.0.1.x.example/', '--from is an http: URL of another machine; use https:.'],
    ['https://me:secret@x.example/', '--from has a user, password, query or fragment.'],
    ['https://x.example/?a=b', '--from has a user, password, query or fragment.'],
    ['https://', '--from is not a URL.'],
  ])('reject the source %s', (source, fault) => {
    expect(() => requestIn('--from', source)).toThrow(fault);
  });

  it.each(['http://127.0.0.1:1/api/v1', 'http://[::1]/api/v1', 'http://localhost/api/v1'])(
    'take a service on this machine: %s',
    (source) => {
      expect(() => requestIn('--from', source)).toThrow('--org is missing.\n--project is missing.');
    },
  );

  it.each(['tomorrow', '2026-13-01', '26.11.2026'])('reject the date %s', (date) => {
    expect(() => requestIn('--from', 'https://x.example', '--since', date)).toThrow('--since is not a date: it');
  });

  it.each([
    ['2026-11-26T12:00', Date.UTC(2026, 10, 26, 12)],
    ['2026-11-26T12:00:00.5+01:00', Date.UTC(2026, 10, 26, 11, 0, 0, 500)],
  ])('take every form of a date: %s', (date, since) => {
    const service = ['--from', 'https://x.example', '--org', id, '--project', id];
    expect(requestIn(...service, '--since', date)).toMatchObject({ since });
  });

  it('name a file, where its runs belong and how they are read', () => {
    const path = { orgId: id.toLowerCase(), projectId: id.toLowerCase(), taskId: id.toLowerCase() };
    const place = ['--org', id, '--project', id, '--task', id];
    const plain = {
      path,
      delimiter: ',',
      creates: false,
      namesFile: undefined,
      mapFile: undefined,
      ignoresUnknown: false,
      replaces: false,
      storagePrefix: undefined,
      rejectFile: undefined,
    };
    expect(requestIn('--from', '-', ...place, '--format', 'csv')).toEqual({ ...plain, file: null, format: 'csv' });
    expect(requestIn('--from', join(folder, 'runs.jsonl'), ...place)).toEqual({
      ...plain,
      file: join(folder, 'runs.jsonl'),
      format: 'ndjson',
    });
    const flags = ['--create', '--names', '/n', '--map', '/m', '--ignore-unknown', '--upsert', '--reject', '/r'];
    expect(requestIn('--from', join(folder, 'RUNS.CSV'), ...place, ...flags)).toEqual({
      path,
      file: join(folder, 'RUNS.CSV'),
      format: 'csv',
      delimiter: ',',
      creates: true,
      namesFile: '/n',
      mapFile: '/m',
      ignoresUnknown: true,
      replaces: true,
      rejectFile: '/r',
    });
    for (const [words, storagePrefix] of [
      [['--storage-prefix', 'a/'], 'a/'],
      [['--storage-prefix', ''], ''],
      [['--storage-prefix='], ''],
    ] as const)
      expect(requestIn('--from', '-', ...place, '--format', 'csv', ...words)).toEqual({
        ...plain,
        file: null,
        format: 'csv',
        storagePrefix,
      });
    expect(() => requestIn('--from', '/', '--storage-prefix', 'x')).toThrow('--storage-prefix is only for a file.');
    expect(() => requestIn('--from', '-', '--names', 'x', '--since', 'x')).toThrow(
      '--since is only for a URL.\n--names requires --create.\n--format is missing.\n--org is missing.\n--project is missing.\n--task is missing.',
    );
    expect(requestIn('--from', '/none.csv', ...place)).toMatchObject({ file: '/none.csv', format: 'csv' });
    expect(requestIn('--from', join(folder, 'runs'), ...place, '--format', 'csv')).toMatchObject({ format: 'csv' });
  });

  it('name the delimiter of CSV', () => {
    const file = (name: string, delimiter: string) =>
      requestIn('--from', name, '--org', id, '--project', id, '--task', id, `--delimiter=${delimiter}`);
    for (const delimiter of [';', '\t', '|', ' ']) expect(file('/a.csv', delimiter)).toMatchObject({ delimiter });
    for (const wrong of ['', ';;', '"', '\n', '\r', '😀'])
      expect(() => file('/a.csv', wrong)).toThrow(
        `--delimiter must be one character other than a double quote or the end of a line, not ${JSON.stringify(wrong)}.`,
      );
    expect(() => file('/a.csv', '\\t')).toThrow("A tab is $'\\t'.");
    expect(() => file('/a.ndjson', ';')).toThrow('--delimiter is only for CSV.');
    expect(() => requestIn('--from', '/', '--delimiter', ';')).toThrow('--delimiter is only for a file.');
  });

  it('reject the imported file as the one for rejected rows', () => {
    expect(() =>
      requestIn('--from', '/a.csv', '--org', id, '--project', id, '--task', id, '--reject', '/b/../a.csv'),
    ).toThrow('--reject and --from name the same file. Choose another file for --reject.');
  });

  it('reject a folder together with options for a file or a service', () => {
    expect(() => requestIn('--from', '/', '--org', 'x', '--since', 'x', '--files', '--upsert')).toThrow(
      '--org is only for a file or a URL.\n--upsert is only for a file.\n--since is only for a URL.\n--files is only for a URL.',
    );
  });

  it('report all that is wrong with them together', () => {
    expect(() => requestIn('--reject=', '--form', 'x')).toThrow(
      '--form is not an option. (Did you mean --from?)\n"x" does not belong to any option.\n--from is missing.\n--reject is empty.',
    );
  });
});
