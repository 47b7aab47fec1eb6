import { createDataSource } from '../../src/database/data-source.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { describeOnServer } from '../support/databases.js';
import { spawnProgram } from '../support/spawned-program.js';
import { startGateway } from '../support/start-gateway.js';
import { createTestDatabase } from '../support/template-database.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const query = `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", first: 1) { endCursor } }`;

describeOnServer('the epoch command', () => {
  it('lets a gateway serve changes that found the database restored when it started', async () => {
    const database = await createTestDatabase();
    const dataSource = await createDataSource({ url: database.url!, poolSize: 1, timeoutMs: 60_000 }).initialize();
    // A dump of an older server contains such transaction ids.
    await dataSource.query("UPDATE task_run SET changed_xid = '999999999999'");
    await dataSource.destroy();
    const gateway = await startGateway({ environment: { DATABASE_URL: database.url! } });
    const as = demoSubjects.viewer;
    const rejected = await gateway.ask(query, { as });
    expect(rejected.errors).toMatchObject([{ extensions: { reason: 'SERVICE_UNAVAILABLE', retryAfter: 60 } }]);
    const lines = await gateway.logLines();
    expect(lines.filter(({ msg }) => String(msg).includes('npm run epoch'))).toHaveLength(1);

    const ended = await spawnProgram(['main.js', 'epoch'], { DATABASE_URL: database.url! }).ended;
    expect(ended).toMatchObject({ code: 0, errors: '' });
    expect(ended.output).toMatch(
      /^Rewriting ([\d,]+) runs in one transaction, which takes less than a minute on an idle server\. .*\nA new epoch has begun\. \1 runs were in the previous epoch\.\n$/,
    );
    expect((await gateway.dataOf(query, { as })).taskRunChanges.endCursor).toEqual(expect.any(String));
    await gateway.close();
    await database.drop();
  });
});
