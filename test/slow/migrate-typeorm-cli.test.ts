import { migrations } from '../../src/database/migrations/index.js';
import { createEmptyDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

describe("TypeORM's command line", () => {
  it('migrates by ormconfig, and back as far as the baseline, which keeps the tables', async () => {
    const database = await createEmptyDatabase();
    const typeorm = (command: string) =>
      spawnProgram(['../../node_modules/typeorm/cli.js', '-d', '../ormconfig.js', command], {
        DATABASE_URL: database.url,
      }).ended;
    const run = await typeorm('migration:run');
    const shown = await typeorm('migration:show');
    const reverted = [];
    for (const _ of migrations) reverted.push(await typeorm('migration:revert'));
    const again = await typeorm('migration:run');
    await database.drop();
    expect([run, shown, again].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(shown.output).toMatch(/\[X\] \d+ Baseline1766100000000/);
    expect(reverted.map(({ code }) => code)).toEqual([...migrations.slice(1).map(() => 0), 1]);
    expect(reverted.at(-1)!.errors).toContain('The baseline cannot be reverted');
  });
});
