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

  it('runs by npm on the database of the variables', async () => {
    const database = await createEmptyDatabase();
    const run = (command: string, environment: Record<string, string>) =>
      spawnProgram({ shell: `cd ../.. && npm run --silent typeorm -- ${command}` }, environment).ended;
    const shown = await run('migration:show', { DATABASE_URL: database.url });
    const logged = await run('schema:log', { DATABASE_URL: database.url });
    const generated = await run('migration:generate --dryrun src/Generated', { DATABASE_URL: database.url });
    const without = await run('migration:show', {});
    await database.drop();
    expect([shown, logged, generated].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(shown.output).toContain('[ ] Baseline1766100000000');
    expect(logged.output).toContain('CREATE TABLE "task_run"');
    expect(generated.output).toContain('CREATE TABLE "task_run"');
    expect([without.code, without.output]).toEqual([1, '']);
    expect(without.errors).toMatch(/DATABASE_URL is not set: this command requires a PostgreSQL server\.\n$/);
    expect(without.errors).not.toMatch(/^ +at /m);
  });
});
