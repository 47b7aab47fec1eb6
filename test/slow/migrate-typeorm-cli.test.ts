import { createEmptyDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

describe("TypeORM's command line", () => {
  it('migrates there and back by ormconfig', async () => {
    const database = await createEmptyDatabase();
    const typeorm = (command: string) =>
      spawnProgram(['../../node_modules/typeorm/cli.js', '-d', '../ormconfig.js', command], {
        DATABASE_URL: database.url,
      }).ended;
    const run = await typeorm('migration:run');
    const shown = await typeorm('migration:show');
    const reverted = await typeorm('migration:revert');
    await database.drop();
    expect([run, shown, reverted].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(shown.output).toContain('[X] 1 CreateTaskRunTables1764000000000');
    expect(reverted.output).toContain('MaskFileNames1766200000000 has been reverted successfully');
  });
});
