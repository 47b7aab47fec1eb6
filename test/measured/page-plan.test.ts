// How PostgreSQL executes the statements for lists: with indexes, and with the same effort for every page.

import { isResourceId } from '../../src/access/resource-id.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../../src/task-runs/columns/field-groups.js';
import { bindContexts } from '../../src/task-runs/lists/context-statement.js';
import { createCursorCodec, type RunPosition } from '../../src/task-runs/lists/cursor.js';
import { bindOrderedPage } from '../../src/task-runs/lists/order-statement.js';
import type { PageRequest } from '../../src/task-runs/lists/page-request.js';
import { bindProjectPage } from '../../src/task-runs/lists/project-page-statement.js';
import { orderedValueOf } from '../../src/task-runs/lists/run-order.js';
import { bindScanStep } from '../../src/task-runs/lists/scan-statement.js';
import { bindTaskPages } from '../../src/task-runs/lists/task-page-statement.js';
import { noFilter, parseRunFilter, type RunFilterInput } from '../../src/task-runs/visibility/run-filter.js';
import type { RunScope } from '../../src/task-runs/visibility/run-scope.js';
import { noTerms } from '../../src/task-runs/visibility/search-terms.js';
import { explainKeptPlan, explainPlanForValues, scannedRuns } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId, otherTaskId, users, revisions, groups, models } = generated;
const path = { orgId, projectId, taskId: null };
const scopes = {
  project: { path, allRunsTaskIds: [taskId, otherTaskId], ownRunsTaskIds: [], userId: users[0]! },
  mixed: { path, allRunsTaskIds: [taskId], ownRunsTaskIds: [otherTaskId], userId: users[0]! },
} satisfies Record<string, RunScope>;
const firstPage: PageRequest = {
  ...{ size: 100, isBackward: false, order: 'CREATED_DESC', after: null, before: null },
  cursors: createCursorCodec(null),
};
const everyPart = Object.values(FieldGroup).reduce<FieldGroups>(
  (fieldGroups, part) => fieldGroups | part,
  FieldGroup.none,
);

const count = 20_000;

describe('the plan of a list', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrangeGeneratedRuns(dataSource, count);
    // The responses of the task's newest runs are stored outside the row.
    await dataSource.query(
      `UPDATE task_run SET response = to_jsonb((SELECT string_agg(md5(n::text), '') FROM generate_series(1, 300) AS n))
       WHERE id IN (SELECT id FROM task_run WHERE task_id = $1 ORDER BY created DESC LIMIT 101)`,
      [taskId],
    );
    await dataSource.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'viewer')", [
      projectId,
      users[0],
    ]);
    await vacuumAll(dataSource);
  });

  interface Page extends Partial<PageRequest> {
    readonly filter?: RunFilterInput;
    readonly fieldGroups?: FieldGroups;
    readonly pointers?: RunSelection['pointers'];
  }
  const keyOf = ({ filter = {}, fieldGroups = FieldGroup.none, pointers = [], ...page }: Page) => ({
    ...{
      filter: parseRunFilter(filter, 0),
      page: { ...firstPage, ...page },
      selection: { fieldGroups, previewLength: 100, pointers },
    },
    maxTested: 1000,
  });
  const layout = { runs: 'joined', maxBytes: 2 ** 30 } as const;
  const explainProjectPage = (scope: RunScope, page: Page) => {
    const { statement, values } = bindProjectPage({ scope, ids: null, ...keyOf(page) }, layout);
    return explainKeptPlan(database.session, statement.text, values);
  };
  const explainScanStep = (scope: RunScope, filter: RunFilterInput) => {
    const step = { terms: noTerms, page: firstPage, maxTested: 100_000, maxFound: 101, returnsRuns: true };
    const { statement, values } = bindScanStep({ scope, filter: parseRunFilter(filter, 0), ...step });
    return explainPlanForValues(database.session, statement.text, values);
  };
  const explainOrderedPage = (scope: RunScope, page: Partial<PageRequest> & Pick<PageRequest, 'order'>) => {
    const key = { scope, filter: noFilter, terms: noTerms, page: { ...firstPage, ...page } };
    const { statement, values } = bindOrderedPage(key, orderedValueOf(page.order)!);
    return explainPlanForValues(database.session, statement.text, values);
  };
  /** The owner sees all runs of the task. `users[0]`, a viewer, sees its own. */
  const explainTaskPage = (page: Page, subject: string = generated.owner) => {
    const userId = isResourceId(subject) ? subject : null;
    const key = { path: { ...path, taskId }, subject, userId, ...keyOf(page) };
    const isShareable = page.filter === undefined && page.pointers === undefined;
    const { statement, values } = bindTaskPages(isShareable ? [key, key] : [key], layout);
    return explainKeptPlan(database.session, statement.text, values);
  };
  const positionAt = async (taskIds: readonly string[], offset: number): Promise<RunPosition> => {
    const [position] = await database.session.query(
      `SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created, id FROM task_run
       WHERE task_id = ANY ($1) ORDER BY task_run.created DESC, id DESC LIMIT 1 OFFSET $2`,
      [taskIds, offset],
    );
    return position;
  };

  it('touches as much for the first page of a project as for any other', async () => {
    const scope = scopes.project;
    const first = await explainProjectPage(scope, {});
    const middle = await explainProjectPage(scope, { after: await positionAt(scope.allRunsTaskIds, 5000) });
    const last = await explainProjectPage(scope, { isBackward: true });
    const buffers = [first, middle, last].map((plan) => plan.buffers);
    expect(Math.max(...buffers)).toBeLessThan(1.6 * Math.min(...buffers));
    // A hundred runs are looked up one by one, and little else is read.
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
    const last = await explainTaskPage({ isBackward: true });
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
        // Each response that is read requires look-ups in the table that stores it and in that table's index.
        expect(withResponse.buffers - without.buffers).toBeGreaterThan(100);
      }
    }
  });

  it('reads no JSON of a page that is too large to be read as one text', async () => {
    const reader = { subject: generated.owner, userId: null };
    const key = { path: { ...path, taskId }, ...reader, ...keyOf({ fieldGroups: FieldGroup.response }) };
    const { statement, values } = bindTaskPages([key], { runs: 'joined', maxBytes: 1000 });
    const tooLarge = await explainKeptPlan(database.session, statement.text, values);
    const withResponse = await explainTaskPage({ fieldGroups: FieldGroup.response });
    expect(withResponse.buffers - tooLarge.buffers).toBeGreaterThan(200);
  });

  it('finds all runs of a task by the index in their order, and no index of the caller', async () => {
    for (const page of [{}, { after: await positionAt([taskId], 2000) }, { isBackward: true }]) {
      const { usedIndexes, buffers } = await explainTaskPage(page);
      expect(usedIndexes).toContain('task_run_list_idx');
      expect(usedIndexes).not.toContain('task_run_user_id_idx');
      expect(buffers).toBeLessThan(400);
    }
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
    { failureIn: ['absent'] },
    { failureIn: ['absent', 'missing'] },
    { minLlmRetries: 3 },
    { minLlmCallTiming: 5000 },
    { minTotalTokens: 1_000_000 },
    { minChargedCredits: '5000' },
    { hasFiles: true },
    { statusIn: ['FAIL'], maxTotalTokens: -1 },
    { taskRevisionIdIn: [revisions[0]], reportingGroupIdIn: [groups[0], null], userIdIn: [users[1]] },
    { fallbackLlmModelIdIn: [models[0]], maxLlmRetries: -1 },
    { maxLlmCallTiming: -1, maxChargedCredits: '-1' },
    { hasReportingGroup: true, hasUser: false, hasFallbackLlmModel: true, hasLlmCallTiming: true },
    { hasChargedCredits: false, minTotalTokens: 1_000_000 },
    { hasPrimaryFailureReason: true, minTotalTokens: 1_000_000 },
    { OR: [{ minTotalTokens: 1_000_000 }, { NOT: { maxChargedCredits: '5000' } }] },
    { NOT: { OR: [{ hasUser: true }, { status: 'FAIL' }] } },
    { AND: [{ contextId: { eq: 'context-2' } }, { reference: { startsWith: 'absent' } }] },
  ];

  it.each(filters)('finds %j without reading the table of runs', async (filter) => {
    const plans = [() => explainProjectPage(scopes.project, { filter }), () => explainTaskPage({ filter })];
    for (const explain of plans) {
      const { buffers, scannedTables } = await explain();
      expect(scannedTables).not.toContain('task_run');
      // Looking up each of a task's 10,000 runs would access more than 30,000 blocks.
      expect(buffers).toBeLessThan(6000);
    }
  });

  // No run matches them, so all runs that the rest of the filter leaves are examined: about 1,000 per task.
  it.each<RunFilterInput>([
    { hasReference: false, hasContext: true, AND: [{ hasReference: true }] },
    { hasResponse: false },
    { OR: [{ reference: { eq: 'absent' } }, { contextId: { eq: 'absent' } }] },
    { NOT: { OR: [{ hasResponse: true }, { hasFiles: true }] } },
    { response: [{ path: '/label', eq: '"absent"' }] },
    { submitted: [{ path: '/n', lt: '0' }], runData: [{ path: '/submitted/n', contains: '"absent"' }] },
  ])('reads no more runs for %j than the rest of the filter leaves', async (condition) => {
    const filter = { ...condition, createdAfter: '2025-03-01T00:00:00Z', minTotalTokens: 36_000 };
    for (const scope of [
      ...Object.values(scopes),
      { ...scopes.project, path: { ...path, taskId }, allRunsTaskIds: [taskId] },
    ]) {
      const { buffers, scannedTables } = await explainScanStep(scope, filter);
      expect(scannedTables).not.toContain('task_run');
      expect(buffers).toBeLessThan(12_000);
    }
  });

  it.each(['LLM_CALL_TIMING_DESC', 'CHARGED_CREDITS_ASC', 'TOTAL_TOKENS_DESC', 'LLM_RETRIES_DESC'] as const)(
    'reads the runs of the list once to order them by %s',
    async (order) => {
      const after = { ...(await positionAt([taskId, otherTaskId], 5000)), value: '1' };
      for (const scope of Object.values(scopes)) {
        for (const page of [{ order }, { order, after }, { order, after, isBackward: true }]) {
          const { steps } = await explainOrderedPage(scope, page);
          // The planner chooses between the list index and the table.
          expect(steps.reduce((sum, step) => sum + scannedRuns(step).all, 0)).toBeLessThanOrEqual(count + 10);
        }
      }
    },
  );

  it('finds the runs of contexts by their index, and reads no others', async () => {
    for (const scope of Object.values(scopes)) {
      const { statement, values } = bindContexts(scope, ['absent', 'missing']);
      const { buffers, scannedTables, usedIndexes } = await explainKeptPlan(database.session, statement.text, values);
      expect(scannedTables).not.toContain('task_run');
      expect(usedIndexes).toContain('task_run_context_id_idx');
      expect(buffers).toBeLessThan(60);
    }
  });
});
