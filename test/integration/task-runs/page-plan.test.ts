import { isResourceId } from '../../../src/access/resource-id.js';
// How PostgreSQL runs the statements of lists: by indexes, with the same effort for every page.

import type { DataSource, QueryRunner } from 'typeorm';
import { createCursorCodec, type RunPosition } from '../../../src/task-runs/lists/cursor.js';
import type { PageRequest } from '../../../src/task-runs/lists/page-request.js';
import { createProjectPageStatements } from '../../../src/task-runs/lists/project-page-statement.js';
import { createTaskPageStatements } from '../../../src/task-runs/lists/task-page-statement.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../../../src/task-runs/record/field-groups.js';
import { parseRunFilter, type RunFilterInput } from '../../../src/task-runs/scope/run-filter.js';
import type { RunScope } from '../../../src/task-runs/scope/run-scope.js';
import { databaseKinds } from '../../support/databases.js';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/empty-database.js';
import { explainKeptPlan } from '../../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';

const { orgId, projectId, taskId, otherTaskId, users, revisions, groups, models } = generated;
const path = { orgId, projectId, taskId: null };
const scopes = {
  project: { path, allOf: [taskId, otherTaskId], ownOf: [], userId: users[0]! },
  mixed: { path, allOf: [taskId], ownOf: [otherTaskId], userId: users[0]! },
} satisfies Record<string, RunScope>;
const firstPage: PageRequest = {
  ...{ size: 100, isFromBack: false, order: 'CREATED_DESC', after: null, before: null },
  cursors: createCursorCodec(null),
};
const everyPart = Object.values(FieldGroup).reduce<FieldGroups>(
  (fieldGroups, part) => fieldGroups | part,
  FieldGroup.none,
);

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
    await dataSource.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'viewer')", [
      projectId,
      users[0],
    ]);
    await dataSource.query('VACUUM ANALYZE');
    session = dataSource.createQueryRunner();
  });
  afterAll(async () => {
    await session?.release();
    await dataSource?.destroy();
    await database?.drop();
  });

  interface Page extends Partial<PageRequest> {
    readonly filter?: RunFilterInput;
    readonly fieldGroups?: FieldGroups;
    readonly pointers?: RunSelection['pointers'];
  }
  const keyOf = ({ filter = {}, fieldGroups = FieldGroup.none, pointers = [], ...page }: Page) => ({
    ...{ filter: parseRunFilter(filter, 0), page: { ...firstPage, ...page }, selection: { fieldGroups, pointers } },
  });
  const form = { form: 'joined', maxBytes: 2 ** 30 } as const;
  const explainProjectPage = (scope: RunScope, page: Page) => {
    const { statement, values } = createProjectPageStatements()({ scope, ...keyOf(page) }, form);
    return explainKeptPlan(session, statement.text, values);
  };
  /** The owner sees all runs of the task; `users[0]`, a viewer, its own. */
  const explainTaskPage = (page: Page, subject: string = generated.owner) => {
    const userId = isResourceId(subject) ? subject : null;
    const key = { path: { ...path, taskId }, subject, userId, ...keyOf(page) };
    const isShareable = page.filter === undefined && page.pointers === undefined;
    const { statement, values } = createTaskPageStatements()(isShareable ? [key, key] : [key], form);
    return explainKeptPlan(session, statement.text, values);
  };
  const positionAt = async (taskIds: readonly string[], offset: number): Promise<RunPosition> => {
    const [position] = await session.query(
      `SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "storedCreated", id FROM task_run
       WHERE task_id = ANY ($1) ORDER BY task_run.created DESC, id DESC LIMIT 1 OFFSET $2`,
      [taskIds, offset],
    );
    return position;
  };

  it('touches as much for the first page of a project as for any other', async () => {
    const scope = scopes.project;
    const first = await explainProjectPage(scope, {});
    const middle = await explainProjectPage(scope, { after: await positionAt(scope.allOf, 5000) });
    const last = await explainProjectPage(scope, { isFromBack: true });
    const buffers = [first, middle, last].map((plan) => plan.buffers);
    expect(Math.max(...buffers)).toBeLessThan(1.6 * Math.min(...buffers));
    // A hundred runs looked up one by one, and little else.
    expect(Math.max(...buffers)).toBeLessThan(600);
  });

  it('never reads a table of runs or files from beginning to end', async () => {
    const plans = [
      ...Object.values(scopes).map((scope) => () => explainProjectPage(scope, { fieldGroups: everyPart })),
      ...[generated.owner, users[0]].map((subject) => () => explainTaskPage({ fieldGroups: everyPart }, subject)),
      () => explainTaskPage({ fieldGroups: everyPart, pointers: [{ source: 'response', pointer: '/label' }] }),
    ];
    for (const explain of plans) {
      const { scannedTables } = await explain();
      expect(scannedTables).not.toContain('task_run');
      expect(scannedTables).not.toContain('task_run_file');
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
    expect(Math.max(...buffers)).toBeLessThan(1.6 * Math.min(...buffers));
    expect(Math.max(...buffers)).toBeLessThan(200);
  });

  it('reads no JSON that is not selected', async () => {
    for (const explain of [
      (page: Page) => explainTaskPage(page),
      (page: Page) => explainProjectPage(scopes.project, page),
    ]) {
      const withResponse = await explain({ fieldGroups: FieldGroup.response });
      for (const fieldGroups of [
        FieldGroup.none,
        FieldGroup.details | FieldGroup.reportingGroup | FieldGroup.runData,
      ]) {
        const without = await explain({ fieldGroups });
        // Each response that is read costs a look into the table that holds it and its index.
        expect(withResponse.buffers - without.buffers).toBeGreaterThan(100);
      }
    }
  });

  it('reads no JSON of a page that is too large to be read as one text', async () => {
    const reader = { subject: generated.owner, userId: null };
    const key = { path: { ...path, taskId }, ...reader, ...keyOf({ fieldGroups: FieldGroup.response }) };
    const { statement, values } = createTaskPageStatements()([key], { form: 'joined', maxBytes: 1000 });
    const tooLarge = await explainKeptPlan(session, statement.text, values);
    const withResponse = await explainTaskPage({ fieldGroups: FieldGroup.response });
    expect(withResponse.buffers - tooLarge.buffers).toBeGreaterThan(200);
  });

  it.each([
    ['all runs', generated.owner, 'task_run_list_idx', 'task_run_user_id_idx'],
    ['the runs of its own', users[0], 'task_run_user_id_idx', 'task_run_list_idx'],
  ])(
    'finds %s for a caller who sees these by an index in their order, and never looks at the others',
    async (...row) => {
      const [, subject, used, unused] = row;
      for (const page of [{}, { after: await positionAt([taskId], 2000) }, { isFromBack: true }]) {
        const { usedIndexes, buffers } = await explainTaskPage(page, subject);
        expect(usedIndexes).toContain(used);
        expect(usedIndexes).not.toContain(unused);
        expect(buffers).toBeLessThan(400);
      }
    },
  );

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
    const plans = [
      ...Object.values(scopes).map((scope) => () => explainProjectPage(scope, { filter })),
      ...[generated.owner, users[0]].map((subject) => () => explainTaskPage({ filter }, subject)),
    ];
    for (const explain of plans) {
      const { buffers, scannedTables } = await explain();
      expect(scannedTables).not.toContain('task_run');
      // Looking up each of a task's 10,000 runs would touch more than 30,000.
      expect(buffers).toBeLessThan(6000);
    }
  });
});
