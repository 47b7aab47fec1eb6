import { createImportCommand, readImportRequest } from '../../../src/commands/import.js';
import { parsed } from './parsed-command.js';

const requestIn = (...args: readonly string[]) => readImportRequest(parsed(createImportCommand(), args));

describe('the options of the import command', () => {
  it('are paths, made absolute', () => {
    expect(requestIn('--from', '/a/../b')).toEqual({ folder: '/b', rejectFile: undefined });
    expect(requestIn('--from=/a', '--reject', 'c')).toEqual({ folder: '/a', rejectFile: `${process.cwd()}/c` });
  });

  it('are named together where they are wrong', () => {
    expect(() => requestIn('--reject=', '--form', 'x')).toThrow(
      '--form is not an option. (Did you mean --from?)\n"x" belongs to no option.\n--from is missing.\n--reject is empty.',
    );
  });
});
