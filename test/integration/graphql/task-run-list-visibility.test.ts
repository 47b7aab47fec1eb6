// Compares a list, run by run, with the responses of taskRun to the same viewer.

import fc from 'fast-check';
import { type Queries } from '../../support/databases.js';
import { amount, seed } from '../../support/generated.js';
import { arrangePermissionWorld, direct, subjects, visibilities, world } from '../../support/permission-world.js';
import type { RestChange, RestError, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const tasksOf = {
  [world.project]: Object.values(world.taskOf),
  [world.siblingProject]: [world.siblingTask],
  [world.otherProject]: [world.otherTask],
};
const allTasks = Object.values(tasksOf).flat();
const runsPerTask = 4;
const anotherUser = world.executor.replace(/.$/, '9');

/** Adds two runs by the executor, one by another user and one without a user to each task. */
async function arrange(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  await database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
     SELECT (left(task.id::text, 19) || right(task.id::text, 1) || lpad(n::text, 3, '0') || right(task.id::text, 13))::uuid, task.id,
       task.id, '{}', '2024-01-16T13:33:25Z'::timestamptz + n * interval '1 second', 1, 2, 3,
       (ARRAY[$2, $2, $3, NULL]::uuid[])[n]
     FROM task, generate_series(1, $4) AS n WHERE task.id = ANY ($1)`,
    [allTasks, world.executor, anotherUser, runsPerTask],
  );
}

describe('the runs of a list', () => {
  let runs: { id: string; taskId: string }[];
  const gateway = useGateway({
    arrange: async (database) => {
      await arrange(database);
      runs = await database.query('SELECT id, task_id AS "taskId" FROM task_run WHERE task_id = ANY ($1)', [allTasks]);
    },
  });
  beforeAll(async () => {
    expect(runs).toHaveLength(5 * (runsPerTask + 1));
  });

  const callers = [...subjects, world.executor.toUpperCase(), anotherUser];
  const confinements = [
    {},
    { orgId: world.org },
    { orgId: world.otherOrg },
    { projectId: world.siblingProject },
    ...visibilities.map((visibility) => ({ taskId: world.taskOf[visibility] })),
    { orgId: world.org, taskId: world.siblingTask },
  ];
  const scopes = Object.entries(tasksOf).flatMap(([projectId, taskIds]) => [
    { projectId, taskId: undefined },
    ...[...taskIds, world.absent].map((taskId) => ({ projectId, taskId })),
  ]);

  /** Returns the ids of the runs that taskRun returns, and the error codes for the others. */
  const oneByOne = async (orgId: string, projectId: string, taskIds: readonly string[], token: string) => {
    const asked = runs.filter(({ taskId }) => taskIds.includes(taskId));
    if (asked.length === 0) return { visible: [], codes: [] };
    const aliases = asked.map(
      ({ id, taskId }, index) =>
        `r${index}: taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id }`,
    );
    const { data, errors } = await gateway.ask(`{ ${aliases.join('\n')} }`, { token });
    const visible = asked.map(({ id }) => id).filter((_id, index) => data[`r${index}`] !== null);
    return { visible: visible.sort(), codes: (errors ?? []).map(({ extensions }) => extensions.code as string) };
  };

  const list = async (orgId: string, projectId: string, taskId: string | undefined, token: string, order: string) => {
    const task = taskId === undefined ? '' : `, taskId: "${taskId}"`;
    const path = `orgId: "${orgId}", projectId: "${projectId}"${task}, first: 100`;
    // Every run matches the filter, although no index decides it.
    const { data, errors } = await gateway.ask(
      `query ($every: TaskRunFilter = { NOT: { reference: { eq: "absent" } } }) {
        list: taskRuns(${path}, orderBy: ${order}) { totalCount countUpTo { count isExact } nodes { id } }
        scanned: taskRuns(${path}, orderBy: ${order}, filter: $every) { totalCount countUpTo { count isExact } nodes { id } }
        ordered: taskRuns(${path}, orderBy: TOTAL_TOKENS_ASC, filter: $every) { totalCount countUpTo { count isExact } nodes { id } }
      }`,
      { token },
    );
    if (errors) {
      expect(data).toEqual({ list: null, scanned: null, ordered: null });
      const codes = new Set(errors.map(({ extensions }) => extensions.code as string));
      expect(codes.size).toBe(1);
      return { code: [...codes][0]! };
    }
    const { list, scanned, ordered } = data;
    const ids = list.nodes.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(list.countUpTo).toEqual({ count: list.totalCount, isExact: true });
    expect(scanned).toEqual(list);
    const sorted: string[] = ids.sort();
    expect(ordered.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(sorted);
    expect({ ...ordered, nodes: list.nodes }).toEqual(list);
    return { ids: sorted, count: list.totalCount as number };
  };

  /** Returns the ids of the runs that GraphQL and REST report as changes, or the error that both return. */
  const changesOf = async (orgId: string, projectId: string, taskId: string | undefined, token: string) => {
    const task = taskId === undefined ? '' : `, taskId: "${taskId}"`;
    const { data, errors } = await gateway.ask(
      `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}"${task}, first: 100) { changes { run { id } } } }`,
      { token },
    );
    const ids = data.taskRunChanges?.changes.map(({ run }: { run: { id: string } }) => run.id);
    const path = taskId === undefined ? 'task_run' : `task/${taskId}/run`;
    const response = await requestRest(
      gateway,
      // Without payload, the runs are the same as in GraphQL.
      `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}/changes?fields=core`,
      {
        token,
      },
    );
    const body = (await response.json()) as RestPage<RestChange> & RestError;
    if (errors) {
      expect(response.status).toBe(errors[0]!.extensions.status);
      return { code: errors[0]!.extensions.code as string };
    }
    expect(body.results.map(({ run }) => run.id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    return { ids: ids.sort() as string[] };
  };

  /** Returns the ids of the runs in an export, or its error. */
  const exported = async (orgId: string, projectId: string, taskId: string | undefined, token: string) => {
    const path = taskId === undefined ? 'task_run' : `task/${taskId}/run`;
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}/export?fields=core`;
    const response = await requestRest(gateway, url, { token, headers: { accept: 'application/jsonl' } });
    const text = await response.text();
    if (response.status !== 200) return { code: response.status === 403 ? 'FORBIDDEN' : 'NOT_FOUND' };
    const lines = text.split('\n').slice(0, -1);
    return { ids: lines.map((line) => JSON.parse(line).id as string).sort() };
  };

  it(`equal those that taskRun would return, for every kind of role, set, token and path (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...callers),
        fc.constantFrom(...confinements),
        fc.constantFrom(...scopes),
        fc.constantFrom(world.org, world.org, world.otherOrg, world.absent),
        fc.constantFrom('CREATED_DESC', 'CREATED_ASC'),
        async (subject, confinement, { projectId, taskId }, orgId, order) => {
          const token = await gateway.tokenFor(subject, confinement);
          const taskIds = taskId === undefined ? tasksOf[projectId]! : [taskId];
          const { visible, codes } = await oneByOne(orgId, projectId, taskIds, token);
          const answer = await list(orgId, projectId, taskId, token, order);
          expect(await changesOf(orgId, projectId, taskId, token)).toEqual(
            answer.ids ? { ids: visible } : { code: answer.code },
          );
          expect(await exported(orgId, projectId, taskId, token)).toEqual(
            answer.ids ? { ids: visible } : { code: answer.code },
          );
          if (answer.ids) expect(answer).toEqual({ ids: visible, count: visible.length });
          else {
            expect(visible).toEqual([]);
            // The error equals that for a single run, unless the token was for none of these tasks.
            if (codes.length > 0 && !('taskId' in confinement)) expect(codes).toContain(answer.code);
          }
        },
      ),
      { numRuns: amount(60, 400), seed },
    );
  });

  const codeFor = async (
    subject: string,
    path: { orgId: string; projectId: string; taskId?: string },
    confinement = {},
  ) =>
    (await list(path.orgId, path.projectId, path.taskId, await gateway.tokenFor(subject, confinement), 'CREATED_DESC'))
      .code;

  it('follow the permission table where the path is untrue', async () => {
    const owner = direct('owner', 'organization');
    const org = { orgId: world.org };
    expect(await codeFor('stranger', { ...org, projectId: world.project })).toBe('FORBIDDEN');
    expect(await codeFor('stranger', { ...org, projectId: world.absent })).toBe('FORBIDDEN');
    expect(await codeFor(owner, { ...org, projectId: world.absent })).toBe('NOT_FOUND');
    expect(await codeFor(owner, { ...org, projectId: world.otherProject })).toBe('NOT_FOUND');
    expect(await codeFor(owner, { ...org, projectId: world.project, taskId: world.siblingTask })).toBe('NOT_FOUND');
    expect(await codeFor(direct('owner', 'task'), { ...org, projectId: world.project, taskId: world.absent })).toBe(
      'FORBIDDEN',
    );
    expect(await codeFor(owner, { ...org, projectId: world.project }, { taskId: world.siblingTask })).toBe('FORBIDDEN');
    // The bearer of a token for one task learns nothing about other projects, not even whether they exist.
    for (const projectId of [world.project, world.otherProject, world.absent]) {
      expect(await codeFor(owner, { ...org, projectId }, { taskId: world.siblingTask })).toBe('FORBIDDEN');
    }
  });

  it('come from the permitted tasks when roles are held only on tasks', async () => {
    const token = await gateway.tokenFor(direct('editor', 'task'));
    const { count } = await list(world.org, world.project, undefined, token, 'CREATED_DESC');
    expect(count).toBe(2 * (runsPerTask + 1));
  });

  it('stay an empty list, without an error, below the required role', async () => {
    const token = await gateway.tokenFor(direct('viewer', 'project'));
    expect(await list(world.org, world.project, world.taskOf.owner_only, token, 'CREATED_DESC')).toEqual({
      ids: [],
      count: 0,
    });
  });

  it('cost no statement where an id is malformed or the token is confined to something else', async () => {
    const before = await gateway.statements();
    const owner = direct('owner', 'organization');
    expect(await codeFor(owner, { orgId: 'nonsense', projectId: world.project })).toBe('BAD_REQUEST');
    expect(await codeFor(owner, { orgId: world.org, projectId: world.project }, { orgId: world.otherOrg })).toBe(
      'FORBIDDEN',
    );
    expect(await gateway.statements()).toEqual(before);
  });
});
