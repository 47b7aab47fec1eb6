// How PostgreSQL runs the statements of lists: by indexes, with the same effort for every page.

import type { DataSource, QueryRunner } from 'typeorm';
import { createCursorCodec, type RunPosition } from '../../../src/task-runs/cursor.js';
import type { PageRequest } from '../../../src/task-runs/page-request.js';
import { createPageStatements } from '../../../src/task-runs/page-statement.js';
import { parseRunFilter, type RunFilterInput } from '../../../src/task-runs/run-filter.js';
import { RunPart, type RunParts } from '../../../src/task-runs/run-parts.js';
import type { RunScope } from '../../../src/task-runs/run-scope.js';
import { createTaskPageStatements } from '../../../src/task-runs/task-page-statement.js';
import { databaseKinds } from '../../support/databases.js';
import { explainKeptPlan } from '../../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createEmptyDatabase, type EmptyDatabase } from '../database/empty-database.js';

const { orgId, projectId, taskId, otherTaskId, users, revisions, groups, models } = generated;
const path = { orgId, projectId, taskId: null };
const scopes = {
  task: { path: { ...path, taskId }, allOf: [taskId], ownOf: [], subject: users[0] },
  project: { path, allOf: [taskId, otherTaskId], ownOf: [], subject: users[0] },
  mixed: { path, allOf: [taskId], ownOf: [otherTaskId], subject: users[0] },
} satisfies Record<string, RunScope>;
const firstPage: PageRequest = {
  ...{ size: 100, isFromBack: false, order: 'CREATED_DESC', after: null, before: null },
  cursors: createCursorCodec(null),
};
const everyPart = Object.values(RunPart).reduce<RunParts>((parts, part) => parts | part, RunPart.none);

describe.each(databaseKinds)('the plan of a list on the %s database', (kind) => {
  let database: EmptyDatabase;
  let dataSource: DataSource;
  let session: QueryRunner;
  beforeAll(async () => {
    database = await createEmptyDatabase(kind);
    dataSource = await database.connect();
    await dataSource.runMigrations();
    await arrangeGeneratedRuns(dataSource, 20_000);
    // The newest runs of the task have responses that are stored outside the row.
    await dataSource.query(
      `UPDATE task_run SET response = to_jsonb((SELECT string_agg(md5(n::text), '') FROM generate_series(1, 300) AS n))
       WHERE id IN (SELECT id FROM task_run WHERE task_id = $1 ORDER BY created DESC LIMIT 101)`,
      [taskId],
    );
    await dataSource.query('VACUUM ANALYZE');
    session = dataSource.createQueryRunner();
  });
  afterAll(async () => {
    await session?.release();
    await dataSource?.destroy();
    await database?.drop();
  });

  const explainPage = (
    scope: RunScope,
    {
      filter = {},
      parts = RunPart.none,
      ...page
    }: Partial<PageRequest> & { filter?: RunFilterInput; parts?: RunParts },
  ) => {
    const compose = createPageStatements(dataSource);
    const request = { ...firstPage, ...page };
    const { statement, values } = compose(scope, parseRunFilter(filter), request, { parts, picks: [] });
    return explainKeptPlan(session, statement.text, values);
  };
  const explainTaskPage = ({ parts = RunPart.none, ...page }: Partial<PageRequest> & { parts?: RunParts }) => {
    const key = {
      ...{ path: { ...path, taskId }, subject: generated.owner },
      ...{ page: { ...firstPage, ...page }, selection: { parts, picks: [] } },
    };
    const { statement, values } = createTaskPageStatements(dataSource)([key, key], 2 ** 30);
    return explainKeptPlan(session, statement.text, values);
  };
  const positionAt = async (taskIds: readonly string[], offset: number): Promise<RunPosition> => {
    const [position] = await session.query(
      `SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created, id FROM task_run
       WHERE task_id = ANY ($1) ORDER BY task_run.created DESC, id DESC LIMIT 1 OFFSET $2`,
      [taskIds, offset],
    );
    return position;
  };

  it.each(['task', 'project'] as const)('touches as much for the first page of a %s as for any other', async (name) => {
    const scope = scopes[name];
    const first = await explainPage(scope, {});
    const middle = await explainPage(scope, { after: await positionAt(scope.allOf, 5000) });
    const last = await explainPage(scope, { isFromBack: true });
    const buffers = [first, middle, last].map((plan) => plan.buffers);
    expect(Math.max(...buffers)).toBeLessThan(1.5 * Math.min(...buffers));
    // A hundred runs looked up one by one, and little else.
    expect(Math.max(...buffers)).toBeLessThan(600);
  });

  it('reads no JSON that is not selected', async () => {
    const withResponse = await explainPage(scopes.task, { parts: RunPart.response });
    for (const parts of [RunPart.none, RunPart.details, RunPart.details | RunPart.reportingGroup | RunPart.runData]) {
      const without = await explainPage(scopes.task, { parts });
      // Each response that is read costs a look into the table that holds it and its index.
      expect(withResponse.buffers - without.buffers).toBeGreaterThan(200);
    }
  });

  it('never reads a table of runs or files from beginning to end', async () => {
    for (const scope of Object.values(scopes)) {
      const { scannedTables } = await explainPage(scope, { parts: everyPart });
      expect(scannedTables.filter((table) => table !== 'reporting_group')).toEqual([]);
    }
  });

  it('touches as much for any page of a whole task that is read along with others', async () => {
    const first = await explainTaskPage({});
    const middle = await explainTaskPage({ after: await positionAt([taskId], 5000) });
    const last = await explainTaskPage({ isFromBack: true });
    const ascending = await explainTaskPage({ order: 'CREATED_ASC', after: await positionAt([taskId], 5000) });
    const between = await explainTaskPage({
      after: await positionAt([taskId], 5000),
      before: await positionAt([taskId], 6000),
    });
    const buffers = [first, middle, last, ascending, between].map((plan) => plan.buffers);
    expect(Math.max(...buffers)).toBeLessThan(1.5 * Math.min(...buffers));
    expect(Math.max(...buffers)).toBeLessThan(200);
  });

  it('reads along with others no JSON that is not selected, and no table of runs or files as a whole', async () => {
    const withResponse = await explainTaskPage({ parts: RunPart.response });
    const without = await explainTaskPage({ parts: RunPart.details | RunPart.reportingGroup | RunPart.runData });
    expect(withResponse.buffers - without.buffers).toBeGreaterThan(200);
    const { scannedTables } = await explainTaskPage({ parts: everyPart });
    expect(scannedTables).not.toContain('task_run');
    expect(scannedTables).not.toContain('task_run_file');
  });

  const filters: RunFilterInput[] = [
    { status: 'FAIL' },
    { taskRevisionId: revisions[0] },
    { reportingGroupId: groups[0] },
    { reportingGroupId: null },
    { reportingGroupName: 'Group 0' },
    { userId: users[1] },
    { reference: { eq: '100%_6' } },
    { reference: { in: ['100%_6', '100%_12'] } },
    { reference: { startsWith: '100%_6' } },
    { contextId: { eq: 'context-2' } },
    { contextId: { startsWith: 'context-2' } },
    { createdAfter: '2025-03-02T00:00:00Z', createdBefore: '2025-03-03T00:00:00Z' },
    { usedFallbackModel: true },
    { fallbackLlmModelId: models[0] },
    { primaryFailureReasonContains: 'absent' },
    { minLlmRetries: 3 },
    { minLlmCallTiming: 5000 },
    { minTotalTokens: 1_000_000 },
    { minChargedCredits: '5000' },
    { hasFiles: true },
  ];

  it.each(filters)('finds %j without reading the table of runs', async (filter) => {
    for (const scope of Object.values(scopes)) {
      const { buffers, scannedTables } = await explainPage(scope, { filter });
      expect(scannedTables).not.toContain('task_run');
      // Looking up each of a task's 10,000 runs would touch more than 30,000.
      expect(buffers).toBeLessThan(6000);
    }
  });
});
