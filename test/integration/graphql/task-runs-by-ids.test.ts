import { arrangePermissionWorld, direct, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const query = `query ($taskId: ID!, $ids: [ID!]!) {
  taskRunsByIds(orgId: "${world.org}", projectId: "${world.project}", taskId: $taskId, ids: $ids) { id runData files { name } }
}`;
const taskId = world.taskOf.all_viewers;
const runId = world.runOf.all_viewers;

describe('taskRunsByIds', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });

  const ask = (ids: readonly string[], as = direct('owner', 'project'), task: string = taskId) =>
    gateway.ask(query, { as, variables: { taskId: task, ids } });

  it('returns runs in the order of the ids, with errors in the places of others', async () => {
    for (let repeated = 0; repeated < 5; repeated += 1) {
      const { status, data, errors } = await ask([
        world.absent,
        runId,
        'nonsense',
        world.siblingRun,
        runId.toUpperCase(),
      ]);
      expect(status).toBe(200);
      expect(data.taskRunsByIds.map((run: { id: string } | null) => run?.id ?? null)).toEqual([
        null,
        runId,
        null,
        null,
        runId,
      ]);
      const rejections = errors!.map(({ path, extensions }) => [path!.join('.'), extensions.code, extensions.argument]);
      expect(rejections.sort()).toEqual([
        ['taskRunsByIds.0', 'NOT_FOUND', undefined],
        ['taskRunsByIds.2', 'BAD_REQUEST', 'ids'],
        ['taskRunsByIds.3', 'NOT_FOUND', undefined],
      ]);
    }
  });

  it('rejects each run as taskRun would', async () => {
    const { data, errors } = await ask(
      [world.runOf.owner_only, world.absent],
      direct('viewer', 'project'),
      world.taskOf.owner_only,
    );
    expect(data.taskRunsByIds).toEqual([null, null]);
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const own = await ask([world.runOf.owner_only, world.absent], world.executor, world.taskOf.owner_only);
    expect(own.data.taskRunsByIds.map((run: unknown) => run !== null)).toEqual([true, false]);
  });

  it('takes one statement, and none for no ids', async () => {
    const statements = async () => Object.values(await gateway.statements()).reduce((sum, count) => sum + count, 0);
    const before = await statements();
    expect((await ask(Array.from({ length: 100 }, () => runId))).data.taskRunsByIds).toHaveLength(100);
    expect(await statements()).toBe(before + 1);
    expect((await ask([])).data.taskRunsByIds).toEqual([]);
    expect(await statements()).toBe(before + 1);
  });

  it('rejects more than a hundred ids', async () => {
    const { data, errors } = await ask(Array.from({ length: 101 }, () => runId));
    expect(data).toEqual({ taskRunsByIds: null });
    expect(errors![0]!.extensions).toMatchObject({ code: 'UNPROCESSABLE_ENTITY', detail: [{ loc: ['ids'] }] });
  });
});
