import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { databaseKinds } from '../../support/databases.js';
import { useGateway } from '../../support/start-gateway.js';

const fullRun = `{ id taskId response runData submitted created chargedCredits reportingGroup { id name }
  files { name downloadUrl } }`;
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}")`;

describe.each(databaseKinds)('the number of SQL statements on the %s database', (kind) => {
  const gateway = useGateway(kind);

  const statementsOf = (operation: string) =>
    gateway.statementsOf(() => gateway.dataOf(operation, { as: demoSubjects.viewer }));

  it.each([1, 10, 100])('is one for %i aliases of a full run', async (count) => {
    const aliases = Array.from({ length: count }, (_, index) => `r${index}: ${run} ${fullRun}`);
    expect(await statementsOf(`{ ${aliases.join('\n')} }`)).toEqual({ task_runs_by_path: 1 });
  });

  it('is one for aliases of different selections', async () => {
    const operation = `{ a: ${run} { id } b: ${run} { response } c: ${run} { files { name } } d: ${run} { reportingGroup { name } } }`;
    expect(await statementsOf(operation)).toEqual({ task_runs_by_path: 1 });
  });

  it('is one for aliases of one run with different JSON Pointers, each of which gets its own', async () => {
    const operation = `{ a: ${run} { id t: runDataAt(path: "/submitted") } b: ${run} { submitted } c: ${run} { s: submitted(path: "") } }`;
    expect(await statementsOf(operation)).toEqual({ task_runs_by_path: 1 });
    const { a, b, c } = await gateway.dataOf(operation, { as: demoSubjects.viewer });
    expect([a.t, c.s]).toEqual([b.submitted, b.submitted]);
  });

  it('is one for the same statistic under several names, beside that of the scope', async () => {
    const stats = `taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { runs totalTokens }`;
    expect(await statementsOf(`{ a: ${stats} b: ${stats} }`)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });

  it('is none where no run is asked for', async () => {
    expect(await statementsOf('{ viewer { subject } }')).toEqual({});
  });

  it('is told in the log line of the request', async () => {
    await gateway.dataOf(`query Counted { ${run} { id } }`, { as: demoSubjects.viewer });
    const line = (await gateway.logLines()).find(({ operation }) => operation === 'Counted');
    expect(line).toMatchObject({ msg: 'request', statements: 1, status: 200 });
  });
});
