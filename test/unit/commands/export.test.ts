import type { UsageError } from '../../../src/commands/arguments/options.js';
import { createExportCommand, describeAge, readExportRequest } from '../../../src/commands/export.js';
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
      renews: false,
    });
    expect(
      requestIn('--org', id, '--project', id, '--task', id, '--format', 'csv', '--out', 'a', '--renew'),
    ).toMatchObject({
      taskId: id.toLowerCase(),
      kind: 'csv',
      renews: true,
      folder: expect.stringMatching(/^\/.*\/a$/),
    });
  });

  it.each(['ndjson', 'jsonl'])('takes %s as the name of JSON lines', (format) => {
    expect(requestIn('--org', id, '--project', id, '--format', format, '--out', 'a')).toMatchObject({ kind: 'jsonl' });
  });

  it.each([
    [0, '0 seconds'],
    [1000, '1 second'],
    [3_599_999, '59 minutes'],
    [3_600_000, '1 hour'],
    [50 * 3_600_000, '2 days'],
  ])('describes the age of an export of %i ms', (ms, age) => {
    const time = new Date('2026-11-28T02:00:00.5Z');
    expect(describeAge(time, time.getTime() + ms)).toBe(`2026-11-28T02:00:00Z, ${age} ago`);
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
      '--format is not one of ndjson, jsonl, csv, parquet.',
      '--out is empty.',
    ]);
  });
});
