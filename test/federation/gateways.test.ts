import { arrangePermissionWorld, direct, idOf, idPrefix, world } from '../support/permission-world.js';
import { useGateway } from '../support/start-gateway.js';
import { composers, federatedGateways, startFederation } from './federated-gateways.js';
import { budgetOf, noteOf, titleOf } from './notes-subgraph.js';
import { ownerOf, startTasksSubgraph } from './tasks-subgraph.js';

const count = 100;
const taskIds = Array.from({ length: count }, (_, index) => idOf(0x1000 + index));
const runIds = Array.from({ length: count }, (_, index) => idOf(0x2000 + index));
const groupId = idOf(300);
const numbered = (first: string) => `('${idPrefix}' || lpad(to_hex(${first} + n), 12, '0'))::uuid`;

const ownFields = `id orgId projectId taskId taskRevisionId response runData submitted created inputTokens chargedCredits
  isError organization { id } project { id } user { id } fallbackLlmModel { id } files { name sizeBytes direction }`;

describe('a graph of two subgraphs', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [
        groupId,
        world.project,
      ]);
      await database.query(
        `INSERT INTO task (id, project_id, name, run_visibility)
           SELECT ${numbered('4096')}, $1, 'Task ' || n, 'all_viewers' FROM generate_series(0, 99) AS n`,
        [world.project],
      );
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens, charged_credits, user_id, reporting_group_id)
           SELECT ${numbered('8192')}, ${numbered('4096')}, ${numbered('4096')}, jsonb_build_object('n', n), jsonb_build_object('submitted', n),
             '2024-01-16T13:33:25.247662Z', n, 0, n, 1.00, $1, CASE WHEN n % 2 = 0 THEN $2::uuid END
           FROM generate_series(0, 99) AS n`,
        [world.executor, groupId],
      );
      await database.query(
        `INSERT INTO task_run_file SELECT ${numbered('8192')}, 0, 'a.png', 'image/png', 10, 'INPUT', 'k', '2024-01-16T13:33:25Z'
           FROM generate_series(0, 99) AS n`,
      );
    },
  });

  const as = direct('viewer', 'project');

  describe.each(federatedGateways)('through $name', ({ start }) => {
    let graph: Awaited<ReturnType<typeof startFederation>>;
    beforeAll(async () => {
      graph = await startFederation(gateway, start);
    });
    afterAll(() => graph.stop());

    const query = `query ($ids: [ID!]!) { notedRuns(ids: $ids) { ${ownFields} note task { id title }
      reportingGroup { name budget project { id } } } }`;

    it('returns the runs of 100 tasks as a direct request does', async () => {
      const aliases = runIds.map(
        (
          id,
          index,
        ) => `r${index}: taskRun(orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskIds[index]}",
          id: "${id}") { ${ownFields} task { id } reportingGroup { name project { id } } }`,
      );
      const direct = Object.values<{ id: string; task: { id: string }; reportingGroup: object | null }>(
        await gateway.dataOf(`{ ${aliases.join('\n')} }`, { as }),
      );
      const { notedRuns } = await graph.dataOf(query, { as, variables: { ids: runIds } });
      expect(notedRuns).toEqual(
        direct.map((run) => ({
          ...run,
          note: noteOf(run.id),
          task: { ...run.task, title: titleOf(run.task.id) },
          reportingGroup: run.reportingGroup && { ...run.reportingGroup, budget: budgetOf(groupId) },
        })),
      );
    });

    it.each([1, 10, 100])('costs the same few statements for %i runs', async (length) => {
      const ids = runIds.slice(0, length);
      const statements = await gateway.statementsOf(() => graph.dataOf(query, { as, variables: { ids } }));
      expect(statements).toEqual({ task_run_paths_by_id: 1, task_runs_by_path: Math.ceil(length / 64) });
    });

    it('completes groups that another subgraph names by id, by one statement', async () => {
      const groups = 'query ($ids: [ID!]!) { budgetedGroups(ids: $ids) { id name budget project { id } } }';
      const group = { id: groupId, name: 'Pilot', budget: budgetOf(groupId), project: { id: world.project } };
      const statements = await gateway.statementsOf(async () => {
        const { budgetedGroups } = await graph.dataOf(groups, { as, variables: { ids: [groupId, groupId] } });
        expect(budgetedGroups).toEqual([group, group]);
      });
      expect(statements).toEqual({ reporting_groups_for_subject: 1 });
    });

    it('names the tasks of 100 runs, and tasks that another subgraph has, by one more statement', async () => {
      const names = 'query ($ids: [ID!]!) { notedRuns(ids: $ids) { task { name title } organization { name } } }';
      const statements = await gateway.statementsOf(async () => {
        const { notedRuns } = await graph.dataOf(names, { as, variables: { ids: runIds } });
        expect(notedRuns).toEqual(
          taskIds.map((id, index) => ({
            task: { name: `Task ${index}`, title: titleOf(id) },
            organization: { name: 'Acme' },
          })),
        );
      });
      expect(statements).toEqual({ task_run_paths_by_id: 1, task_runs_by_path: 2, resource_names: 1 });
      const tasks = 'query ($ids: [ID!]!) { titledTasks(ids: $ids) { id name title } }';
      const ids = [taskIds[0]!, world.otherTask, world.absent];
      const { titledTasks } = await graph.dataOf(tasks, { as, variables: { ids } });
      expect(titledTasks).toEqual(
        ids.map((id, index) => ({ id, name: index === 0 ? 'Task 0' : null, title: titleOf(id) })),
      );
    });

    it('makes no request for stubs that only need what the run contains', async () => {
      const stubs = 'query ($ids: [ID!]!) { notedRuns(ids: $ids) { task { title } } }';
      const { notedRuns } = await graph.dataOf(stubs, { as, variables: { ids: runIds.slice(0, 2) } });
      expect(notedRuns).toEqual(taskIds.slice(0, 2).map((id) => ({ task: { title: titleOf(id) } })));
    });
  });

  describe.each(federatedGateways)('of the service that owns tasks, through $name', ({ start }) => {
    it.each(composers)('returns the runs of its tasks, composed by %s', async (_name, compose) => {
      const graph = await startFederation(gateway, start, {
        startOther: () => startTasksSubgraph(world.project),
        compose,
      });
      try {
        const query =
          'query ($id: ID!) { task(id: $id) { owner name project { name budget } taskRuns(first: 1) { nodes { id } } } }';
        const { task } = await graph.dataOf(query, { as, variables: { id: taskIds[7] } });
        expect(task).toEqual({
          owner: ownerOf(taskIds[7]!),
          name: 'A task',
          project: { name: 'Apollo', budget: budgetOf(world.project) },
          taskRuns: { nodes: [{ id: runIds[7] }] },
        });
      } finally {
        await graph.stop();
      }
    });
  });
});
