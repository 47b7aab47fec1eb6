import type { UsageError } from '../../../src/commands/arguments/options.js';
import { createExportCommand, readExportRequest } from '../../../src/commands/export.js';
import { parsed } from './parsed-command.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const requestIn = (...args: readonly string[]) => readExportRequest(parsed(createExportCommand(), args));

describe('The export command', () => {
  it('takes a path, a format and a folder', () => {
    expect(requestIn('--org', id, '--project', id, '--format', 'parquet', '--out', '/backup')).toEqual({
      orgId: id.toLowerCase(),
      projectId: id.toLowerCase(),
      taskId: null,
      kind: 'parquet',
      folder: '/backup',
    });
    expect(requestIn('--org', id, '--project', id, '--task', id, '--format', 'csv', '--out', 'a')).toMatchObject({
      taskId: id.toLowerCase(),
      kind: 'csv',
      folder: expect.stringMatching(/^\/.*\/a$/),
    });
  });

  it('names everything that is wrong at once', () => {
    let faults: readonly string[] = [];
    try {
      requestIn('--org', 'x', '--task', '--format', 'xlsx', '--out=');
    } catch (error) {
      faults = (error as UsageError).faults;
    }
    expect(faults).toEqual([
      '--org is not 8-4-4-4-12 hexadecimal digits.',
      '--project is missing.',
      '--task has no value.',
      '--format is not one of jsonl, csv, parquet.',
      '--out is empty.',
    ]);
  });
});
