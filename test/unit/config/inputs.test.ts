import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isAnySet, isOnPath } from '../../../src/config/inputs.js';

describe('the environment of the shell', () => {
  it('has one of some variables', () => {
    expect(isAnySet(['UNSET_VARIABLE_OF_A_TEST'])).toBe(false);
    expect(isAnySet(['UNSET_VARIABLE_OF_A_TEST', 'PATH'])).toBe(true);
  });

  it('finds a program in a folder of its PATH', async () => {
    const { PATH } = process.env;
    const folder = await mkdtemp(join(tmpdir(), 'path-'));
    await writeFile(join(folder, 'some-program'), '');
    await chmod(join(folder, 'some-program'), 0o755);
    try {
      process.env.PATH = ['/nowhere', folder].join(delimiter);
      expect([isOnPath('some-program'), isOnPath('other-program')]).toEqual([true, false]);
    } finally {
      process.env.PATH = PATH;
      await rm(folder, { recursive: true });
    }
  });
});
