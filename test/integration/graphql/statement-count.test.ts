import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { readExampleOperations } from '../../../src/demo/example-operations.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const fullRun = `{ id taskId response runData submitted created chargedCredits reportingGroup { id name }
  files { name downloadUrl } }`;
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}")`;

/**
 * Returns the period that contains this number of generated runs. The first ten share a moment, and after that one run
 * is created per minute.
 */
const periodOf = (runs: number) => ({
  from: '2025-03-01T01:00:00Z',
  to: new Date(Date.parse('2025-03-01T01:00:00Z') + runs * 60_000).toISOString(),
});

describe('the number of SQL statements', () => {
  const gateway = useGateway({ arrange: arrangeGeneratedRuns });

  const statementsOf = (operation: string) =>
    gateway.statementsOf(() => gateway.dataOf(operation, { as: demoSubjects.viewer }));

  it.each([1, 10, 100])('stays one for %i aliases of a full run', async (count) => {
    const aliases = Array.from({ length: count }, (_, index) => `r${index}: ${run} ${fullRun}`);
    expect(await statementsOf(`{ ${aliases.join('\n')} }`)).toEqual({ task_runs_by_path: 1 });
  });

  it('stays one for aliases of different selections', async () => {
    const operation = `{ a: ${run} { id } b: ${run} { response } c: ${run} { files { name } } d: ${run} { reportingGroup { name } } }`;
    expect(await statementsOf(operation)).toEqual({ task_runs_by_path: 1 });
  });

  it('stays one for aliases of one run with different JSON Pointers, each of which gets its own', async () => {
    const operation = `{ a: ${run} { id t: runDataAt(path: "/submitted") } b: ${run} { submitted } c: ${run} { s: submitted(path: "") } }`;
    expect(await statementsOf(operation)).toEqual({ task_runs_by_path: 1 });
    const { a, b, c } = await gateway.dataOf(operation, { as: demoSubjects.viewer });
    expect([a.t, c.s]).toEqual([b.submitted, b.submitted]);
  });

  it('stays one for the same statistic under several names, and one for the scope', async () => {
    const stats = `taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { runs totalTokens }`;
    expect(await statementsOf(`{ a: ${stats} b: ${stats} }`)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });

  it('stays one for the scopes of statistics and of an ordered list, in each sequence of the fields', async () => {
    const path = `orgId: "${orgId}", projectId: "${projectId}"`;
    const statistics = `taskRunStats(${path}) { runs }`;
    const list = `taskRuns(${path}, taskId: "${taskId}", first: 3, orderBy: TOTAL_TOKENS_DESC) { nodes { id } }`;
    for (const fields of [`${statistics} ${list}`, `${list} ${statistics}`])
      expect(await statementsOf(`{ ${fields} }`)).toMatchObject({ task_run_scopes: 1, task_run_statistics: 1 });
  });

  it('stays one for both relations of a page of a task, and one for its scope where the page is of a project', async () => {
    const page = (args: string) => `{ taskRuns(${args}, first: 100) { nodes ${fullRun} } }`;
    const project = `orgId: "${orgId}", projectId: "${projectId}"`;
    expect(await statementsOf(page(`${project}, taskId: "${taskId}"`))).toEqual({ task_run_pages_by_task: 1 });
    expect(await statementsOf(page(project))).toEqual({ task_run_scopes: 1, task_run_page: 1 });
  });

  it.each([
    ['one for names side by side', 1, 'task { name } project { name } organization { name }'],
    ['one more for names below a name', 2, 'task { name } project { name organization { name } }'],
    ['three for names of three levels', 3, 'task { name project { name organization { name } } }'],
    ['three for only the name of the third level', 3, 'task { project { organization { name } } }'],
    ['none for keys', 0, 'task { id } project { id } organization { id }'],
  ])('is %s of a run, also for all runs of a list', async (_what, resource_names, names) => {
    const read = resource_names === 0 ? {} : { resource_names };
    expect(await statementsOf(`{ ${run} { ${names} } }`)).toEqual({ task_runs_by_path: 1, ...read });
    const list = `taskRuns(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", first: 20) { nodes { ${names} } }`;
    expect(await statementsOf(`{ ${list} }`)).toEqual({ task_run_pages_by_task: 1, ...read });
  });

  it('sends two statements for the report among the example operations', async () => {
    const { query, variables } = readExampleOperations().find(({ name }) => name === 'UsageReport')!;
    const ask = () => gateway.dataOf(query, { as: demoSubjects.viewer, variables });
    expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });

  it.each([1, 10, 100])('stays four for a page of up to %i runs with words, or a value', async (count) => {
    const list = (filter: string) =>
      `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", first: ${count}, filter: ${filter}) { nodes ${fullRun} } }`;
    for (const filter of ['{ search: "order" }', '{ response: [{ path: "/category", eq: "billing" }] }']) {
      const statements = { task_run_scopes: 1, task_run_search_terms: 1, task_run_scan: 1, task_run_page: 1 };
      expect(await statementsOf(list(filter))).toEqual(statements);
    }
  });

  describe.each([1, 10, 100])('for %i generated runs', (runs) => {
    const { owner } = generated;
    const { from, to } = periodOf(runs);
    const project = `orgId: "${generated.orgId}", projectId: "${generated.projectId}"`;
    const period = `createdAfter: "${from}", createdBefore: "${to}"`;
    const statistics = { task_run_scopes: 1, task_run_statistics: 1 };

    it.each([
      [
        'statistics by status, user and fallback model',
        'byStatus: groupBy(dimension: STATUS) { runs } byUser: groupBy(dimension: USER, first: 3) { runs } byFallbackModel: groupBy(dimension: FALLBACK_MODEL) { runs }',
      ],
      [
        'statistics by context and failure reason',
        'byContext: groupBy(dimension: CONTEXT) { runs } byFailureReason: groupBy(dimension: FAILURE_REASON) { value runs }',
      ],
      [
        'statistics by week and month',
        'week: buckets(by: WEEK) { runs } month: buckets(by: MONTH, withEmpty: true) { runs }',
      ],
      [
        'statistics beside the period before',
        'previous { runs } change { runs { ratio } } byTask: groupBy(dimension: TASK) { runs previous { runs } }',
      ],
    ])('stays one, and one for the scope, for %s', async (_what, selection) => {
      const ask = async () => {
        const operation = `{ taskRunStats(${project}, filter: { ${period} }) { runs ${selection} } }`;
        expect((await gateway.dataOf(operation, { as: owner })).taskRunStats.runs).toBe(runs);
      };
      expect(await gateway.statementsOf(ask)).toEqual(statistics);
    });

    it.each(['token_report', 'usage_report', 'timing_report', 'credit_report'])(
      'stays one, and one for the scope, for the %s of a task',
      (name) => expectReport(`/task/${generated.taskId}/${name}`),
    );

    it.each(['usage_report', 'timing_report'])('stays one, and one for the scope, for the %s of a project', (name) =>
      expectReport(`/${name}`),
    );

    const expectReport = async (path: string) => {
      const url = `${gateway.url}/api/v1/org/${generated.orgId}/project/${generated.projectId}${path}`;
      const ask = async () => {
        const { status } = await requestRest(gateway, `${url}?start_date=${from}&end_date=${to}`, { as: owner });
        expect(status).toBe(200);
      };
      expect(await gateway.statementsOf(ask)).toEqual(statistics);
    };

    it.each([
      ['conditions that an index decides', 'statusIn: [SUCCESS, FAIL], maxTotalTokens: 1000', {}],
      ['conditions that runs are read for', 'hasResponse: true', {}],
      ['values in JSON', 'response: [{ path: "/n", gte: "0" }]', {}],
      ['words', 'search: "absent"', { task_run_search_terms: 1, task_run_search_count: 1 }],
    ])('stays one for the count, and one for the search index, for %s', async (_what, condition, search) => {
      const ask = () =>
        gateway.dataOf(`{ taskRuns(${project}, filter: { ${period}, ${condition} }) { totalCount } }`, { as: owner });
      expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_count: 1, ...search });
    });

    it('stays one for the runs and one for their neighbours, for aliases', async () => {
      const rows = await gateway.query(
        'SELECT id FROM task_run WHERE task_id = $1 ORDER BY created DESC, id DESC LIMIT $2 OFFSET 1',
        [generated.taskId, runs],
      );
      const aliases = (selection: string) =>
        rows.map(
          ({ id: runId }: { id: string }, index: number) =>
            `r${index}: taskRun(${project}, taskId: "${generated.taskId}", id: "${runId}") { ${selection} }`,
        );
      const statementsOf = (selection: string) =>
        gateway.statementsOf(() => gateway.dataOf(`{ ${aliases(selection).join('\n')} }`, { as: owner }));
      // A statement reads up to 64 runs.
      const task_runs_by_path = Math.ceil(runs / 64);
      expect(await statementsOf('context { totals { runs } }')).toEqual({
        task_runs_by_path,
        task_run_scopes: 1,
        task_run_contexts: 1,
      });
      expect(await statementsOf('next { id }')).toEqual({
        task_runs_by_path: 2 * task_runs_by_path,
        task_run_pages_by_task: 1,
      });
      expect(await statementsOf('previous { id }')).toEqual({
        task_runs_by_path: 2 * task_runs_by_path,
        task_run_pages_by_task: 1,
      });
    });
  });

  it('stays zero without a run', async () => {
    expect(await statementsOf('{ viewer { subject } }')).toEqual({});
  });

  it('appears in the log line of the request', async () => {
    await gateway.dataOf(`query Counted { ${run} { id } }`, { as: demoSubjects.viewer });
    const line = (await gateway.logLines()).find(({ operation }) => operation === 'Counted');
    expect(line).toMatchObject({ msg: 'request', statements: 1, status: 200 });
  });
});
