// The file `.env` in the program's working directory.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dist, spawnProgram } from '../../support/spawned-program.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-env-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a command in the directory that contains the file. */
async function run(command: string, file: string, environment: Record<string, string> = {}) {
  await writeFile(join(folder, '.env'), file);
  const shell = `cd '${folder}' && exec '${process.execPath}' '${join(dist, 'main.js')}' ${command}`;
  return spawnProgram({ shell }, environment).ended;
}

describe('the file .env', () => {
  it('configures the program, and libraries that read their own variables', async () => {
    const file = 'PORT=x\nDATABASE_URL=postgres://127.0.0.1:1/runs\nPGUSER=from_the_file\n';
    const { code, output } = await run('doctor', file);
    expect(code).toBe(1);
    expect(output).toMatch(/configuration: PORT is not an integer/);
    expect(output).toMatch(/No connection to runs on 127\.0\.0\.1:1 as from_the_file:/);
  });

  it('configures commands on a database', async () => {
    const { code, errors } = await run('migrate', 'DATABASE_URL=postgres://127.0.0.1:1/runs\n');
    expect(code).toBe(1);
    expect(errors).toContain('ECONNREFUSED 127.0.0.1:1');
  });

  it('gives way to the environment: to another value, an empty one, and a secret that is named by a file', async () => {
    const file = 'PORT=x\nMAX_BODY_BYTES=y\nAUTH_ISSUERS=z\nFILES_SIGNING_KEY_FILE=none\n';
    const issuers = join(folder, 'issuers.json');
    await writeFile(issuers, '[{"issuer":"https://i.example/","jwks":"file:///none"}]');
    const { output } = await run('doctor', file, {
      PORT: '4000',
      MAX_BODY_BYTES: '',
      AUTH_ISSUERS_FILE: issuers,
      FILES_SIGNING_KEY: 'k'.repeat(32),
    });
    expect(output).toMatch(/^ok {7}configuration: All variables are valid\.$/m);
    expect(output).toMatch(/issuer https:\/\/i\.example\//);
  });

  it.each(['start', 'migrate', 'token --subject viewer'])(
    'keeps %s from running where it is malformed',
    async (command) => {
      const { code, output, errors } = await run(command, 'PORT=0\nhunter2 hunter2\n');
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(errors).toContain(
        'The configuration is invalid:\n- .env has an error in line 2: it is not NAME=value, or a quote is not closed.\n',
      );
      expect(errors).not.toContain('hunter2');
    },
  );
});
