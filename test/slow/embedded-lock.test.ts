import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnProgram } from '../support/spawned-program.js';

const contender = {
  script: `
    import { setTimeout } from 'node:timers/promises';
    import { lockDirectory } from './database/embedded/database-directory.js';
    await setTimeout(process.env.AT - Date.now());
    try {
      await lockDirectory(process.env.DIRECTORY);
      process.stdout.write('won\\n');
      await setTimeout(3000);
    } catch (error) {
      process.stdout.write('lost: ' + error.message + '\\n');
    }`,
};

describe('an abandoned lock of the embedded database', () => {
  it('goes to exactly one of several processes that start together', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-lock-race-'));
    const directory = join(folder, 'database');
    await mkdir(`${directory}.lock`);
    await writeFile(join(`${directory}.lock`, '3'), '99999999 1234');
    const environment = { DIRECTORY: directory, AT: `${Date.now() + 1000}` };
    const contenders = Array.from({ length: 5 }, () => spawnProgram(contender, environment));
    const results = await Promise.all(contenders.map((contender) => contender.line(/^(won|lost)/)));
    for (const each of contenders) each.kill('SIGKILL');
    await Promise.all(contenders.map(({ ended }) => ended));
    await rm(folder, { recursive: true, force: true });

    expect(results.filter((result) => result === 'won')).toHaveLength(1);
    for (const result of results) expect(result).toMatch(/^won$|^lost: The database in .* is in use by process \d+/);
  });
});
