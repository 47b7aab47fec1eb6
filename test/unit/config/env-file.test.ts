import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from '../../../src/config/env-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-env-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
async function read(text: string) {
  const path = join(folder, '.env');
  await writeFile(path, text);
  const { variables, faults } = readEnvFile(path);
  return { variables: { ...variables }, faults: faults.map((fault) => fault.replace(path, '.env')) };
}

describe('an .env file', () => {
  it('gives no variables when it is missing or empty', async () => {
    expect(readEnvFile(join(folder, '.env'))).toEqual({ variables: {}, faults: [] });
    expect(await read('')).toEqual({ variables: {}, faults: [] });
  });

  it('holds a variable a line, with comments, quotes and values of several lines', async () => {
    const text = `# Comment = none
A=1\r
  export B = "x # y
z" # after it

C='[{"a":1}]'
D=[{"a":"b c"}]
E=
F=postgres://u:p=@h/d?x=y
G=\`both ' and "\`
H=last`;
    expect(await read(text)).toEqual({
      variables: {
        A: '1',
        B: 'x # y\nz',
        C: '[{"a":1}]',
        D: '[{"a":"b c"}]',
        E: '',
        F: 'postgres://u:p=@h/d?x=y',
        G: 'both \' and "',
        H: 'last',
      },
      faults: [],
    });
  });

  it.each([
    ['a line without =', 'A=1\nB="2\n3"\nhunter2\nC=1', 4],
    ['a name that is none', '1A=hunter2', 1],
    ['no name', 'A=1\n=hunter2', 2],
    ['a quote that does not end', 'A=1\nB="hunter2\nC=3', 2],
    ['something after a quoted value', 'A="hunter2" B', 1],
  ])('fails for %s, without showing its content', async (_what, text, line) => {
    expect(await read(text)).toEqual({
      variables: {},
      faults: [`.env has an error in line ${line}: it is not NAME=value, or a quote is not closed.`],
    });
  });

  it('fails when it cannot be read', async () => {
    await mkdir(join(folder, '.env'));
    expect(readEnvFile(join(folder, '.env')).faults).toEqual([`${join(folder, '.env')} cannot be read (EISDIR).`]);
  });
});
