import { createNamesCommand, readNamesRequest } from '../../../src/commands/names.js';
import { parsed } from './parsed-command.js';

const requestIn = (...args: readonly string[]) => readNamesRequest(parsed(createNamesCommand(), args));

describe('the options of the names command', () => {
  it('name a file, whose extension is its format', () => {
    const request = { file: '/b.csv', format: 'csv', deletesMissing: false };
    expect(requestIn('--from', '/a/../b.csv')).toEqual(request);
    expect(requestIn('--from', 'b.JSONL').file).toBe(`${process.cwd()}/b.JSONL`);
    expect(requestIn('--from', '/b.csv', '--format', 'ndjson')).toEqual({ ...request, format: 'ndjson' });
    expect(requestIn('--from', '/b.csv', '--delete-missing')).toEqual({ ...request, deletesMissing: true });
  });

  it('name standard input, whose format is required', () => {
    expect(requestIn('--from', '-', '--format', 'csv')).toEqual({ file: null, format: 'csv', deletesMissing: false });
    expect(() => requestIn('--from', '-')).toThrow('--format is missing.');
    expect(() => requestIn('--from', '/names.txt')).toThrow('--format is missing.');
  });

  it.each([
    [[], '--from is missing.'],
    [['--from', ''], '--from is empty.'],
    [['--from', 'a.csv', '--format', 'xml'], '--format is not one of ndjson, csv.'],
    [['--from', 'a.csv', '--reject', 'b'], '--reject is not an option.'],
  ])('reject %j', (args, fault) => {
    expect(() => requestIn(...args)).toThrow(fault);
  });
});
