import { unlimitedBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import { type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle } from '../../scheduling/register-statement.js';
import type { ScopeKind } from '../columns/payload.js';
import type { ScopePath } from '../columns/run-path.js';
import { isAnalyst, rolesOn, rolesOnPath, seesPayloadOfAll } from '../visibility/roles-in-sql.js';

/** A caller and the task, project or organization they follow. The caller may see all runs there, only their own, or none. */
export interface FollowedScope {
  readonly path: ScopePath;
  readonly subject: string;
  /** The caller's id as a run's executor, or null if they execute no runs. */
  readonly userId: string | null;
  /** The tasks to which the token is confined, or null if it is not confined to any. */
  readonly taskIds: readonly string[] | null;
  /** For an organization, the projects to which the token is confined, or null for a token that is not confined. */
  readonly projectIds?: readonly string[] | null;
  /** The runs that the feed contains. */
  readonly scopeKind: ScopeKind;
}

export interface PolledScope extends FollowedScope {
  /** The first transaction whose changes wake the waiters. */
  readonly since: string;
}

export interface ChangePoll {
  readonly epoch: string;
  /** All transactions before this one have ended. */
  readonly settled: string;
  /** Positions, from 1, of the scopes with a settled change that the caller sees. */
  readonly changed: readonly number[];
}

// LIMIT keeps the planner from reading all changes for a join.
const isChanged = 'run.changed_xid >= request.since AND run.changed_xid < (SELECT xid FROM settled) LIMIT 1';
const hasOwn = (from: string) => `EXISTS (
      SELECT FROM ${from}
      WHERE run.task_id = task.id AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
        AND run.user_id BETWEEN request.user_id AND request.user_id AND ${isChanged}
    )`;
const hasAny = (from: string) => `EXISTS (SELECT FROM ${from} WHERE run.task_id = task.id AND ${isChanged})`;
const deletions = (isMove: boolean) => `(SELECT * FROM task_run_deletion WHERE is_move = ${isMove}) AS run`;
const isDeleted = (has: (from: string) => string) => `(${has(deletions(false))} OR ${has(deletions(true))})`;
const changes = (has: (from: string) => string) => `(${has('task_run AS run')} OR ${isDeleted(has)})`;
const seesAll = `(${seesPayloadOfAll.sql} OR request.has_usage AND ${isAnalyst.sql})`;
const isVisible = (roles: string, has: (own: typeof hasOwn) => string) => `(
        SELECT CASE WHEN ${seesAll} THEN true WHEN granted.roles IS NOT NULL THEN ${has(hasOwn)} END
        FROM (${roles}) AS granted
      )`;
const isInTokenScope = '(request.task_ids IS NULL OR task.id = ANY (request.task_ids::uuid[]))';
/** The roles on the project. Grants on the tasks were deleted with them. */
const rolesOnProject = rolesOn("('organization', project.org_id), ('project', project.id)");

// Looks up each task in the index once, and decides who sees its changes only for tasks that have any. Other callers
// are not woken, because the cost of their requests must not depend on changes that they do not see. If a long outage
// left a waiter before forgotten deletions, it is woken and finds that its position has expired.
const toStatement = (
  name: string,
  isFollowed: string,
  isInProjects: string,
  keyTypes: readonly string[],
  keys: string,
): Statement => ({
  name,
  requiresPrimary: true,
  text: `
WITH settled AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT (SELECT id FROM change_epoch) AS epoch, (SELECT xid FROM settled) AS settled, ARRAY(
  SELECT position::integer
  FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'text', 'uuid', 'text', 'boolean', 'xid8', ...keyTypes])})
    WITH ORDINALITY AS request (${keys}, position)
  WHERE request.since <= (SELECT forgotten_xid FROM change_epoch) OR EXISTS (
    SELECT FROM project CROSS JOIN LATERAL (SELECT project.org_id AS id) AS organization
    JOIN task ON task.project_id = project.id
    WHERE ${isFollowed}
      AND ${isInTokenScope}
      AND CASE WHEN ${changes(hasAny)} THEN ${isVisible(rolesOnPath, changes)} END
  ) OR request.task_id IS NULL AND EXISTS (
    SELECT FROM deleted_task AS task JOIN project ON project.id = task.project_id
    WHERE ${isInProjects} AND task.changed_xid >= request.since AND ${isInTokenScope}
      AND NOT EXISTS (SELECT FROM task AS present WHERE present.id = task.id)
      AND CASE WHEN ${isDeleted(hasAny)} THEN ${isVisible(rolesOnProject, isDeleted)} END
  )
) AS changed`,
});

const keys = 'project_id, task_id, subject, user_id, task_ids, has_usage, since';

const statement = toStatement(
  'task_run_change_poll',
  'project.id = request.project_id AND (request.task_id IS NULL OR task.id = request.task_id)',
  'task.project_id = request.project_id',
  [],
  keys,
);

const isFollowedProject = `project.org_id = request.org_id
      AND (request.project_ids IS NULL OR project.id = ANY (request.project_ids::uuid[]))`;

const organizationStatement = toStatement(
  'organization_change_poll',
  isFollowedProject,
  isFollowedProject,
  ['uuid', 'text'],
  `${keys}, org_id, project_ids`,
);

const toArray = (ids: readonly string[] | null | undefined) => ids && `{${ids.join()}}`;

/** @param scopes either all or none of them are organizations */
export function bindChangePoll(scopes: readonly PolledScope[]): BoundStatement {
  const values = [
    scopes.map(({ path }) => path.projectId),
    scopes.map(({ path }) => path.taskId),
    scopes.map(({ subject }) => subject),
    scopes.map(({ userId }) => userId),
    scopes.map(({ taskIds }) => toArray(taskIds)),
    scopes.map(({ scopeKind }) => scopeKind === 'usage'),
    scopes.map(({ since }) => since),
  ];
  if (scopes[0]?.path.projectId !== null) return { statement, values };
  const organizationValues = [
    scopes.map(({ path }) => path.orgId),
    scopes.map(({ projectIds }) => toArray(projectIds ?? null)),
  ];
  return { statement: organizationStatement, values: [...values, ...organizationValues] };
}

const timeoutMs = 5000;

/** Checks all scopes for changes once. The statement serves the whole process, so it bypasses the callers' queue. */
export function createChangePoll(
  statements: StatementRunner,
  scheduler: ReadScheduler,
): (scopes: readonly PolledScope[]) => Promise<ChangePoll> {
  const read = registerSingle({ statements, scheduler }, 'change poll', {
    lane: 'bulk',
    requiresPrimary: true,
    bind: bindChangePoll,
    toResult: ([poll]: ChangePoll[]) => poll!,
  });
  const poll = (scopes: readonly PolledScope[]) =>
    readSingle(read, scopes, unlimitedBudget({ callerId: 'changes', timeoutMs }));
  return async (scopes) => {
    const isOfOrganization = ({ path }: PolledScope) => path.projectId === null;
    const [first] = scopes;
    const isUniform = scopes.every((scope) => isOfOrganization(scope) === isOfOrganization(first!));
    return isUniform ? poll(scopes) : mergePolls(scopes, poll, isOfOrganization);
  };
}

/** Polls in two statements. The waiters of either have at least all changes before the earlier of the two snapshots. */
async function mergePolls(
  scopes: readonly PolledScope[],
  poll: (scopes: readonly PolledScope[]) => Promise<ChangePoll>,
  isOfOrganization: (scope: PolledScope) => boolean,
): Promise<ChangePoll> {
  const kinds = [scopes.filter(isOfOrganization), scopes.filter((scope) => !isOfOrganization(scope))];
  const [first, second] = (await Promise.all(kinds.map(poll))) as [ChangePoll, ChangePoll];
  const changed = [first, second].flatMap((result, kind) =>
    result.changed.map((position) => scopes.indexOf(kinds[kind]![position - 1]!) + 1),
  );
  const earlier = BigInt(first.settled) <= BigInt(second.settled) ? first : second;
  return { ...earlier, changed };
}
