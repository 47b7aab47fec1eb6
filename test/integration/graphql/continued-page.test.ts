// Pages that one statement cannot fill, because few runs match. A scan finds the rest.

import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const [user] = users;
const count = 3000;
const length = 100_000;

describe('a page whose rest a scan finds', () => {
  const gateway = useOwnGateway({
    // Enough for the JSON of all runs on the page, but only once.
    environment: { MAX_RESPONSE_BYTES: String(10 * length + 100_000) },
    async arrange(database) {
      await arrangeGeneratedRuns(database, count);
      await database.query('DELETE FROM task_run_file');
      // The index of users finds the runs but lacks their status, so the page's statement tests the runs themselves,
      // and fewer of them.
      await database.query(
        `UPDATE task_run SET task_id = $1, user_id = $2, is_error = input_tokens < 5 OR input_tokens >= $3 WHERE task_id = ANY ($4)`,
        [taskId, user, count - 5, [taskId, otherTaskId]],
      );
      await database.query("UPDATE task_run SET response = to_jsonb(repeat('x', $1)) WHERE is_error", [length]);
      await database.query(
        `INSERT INTO task_run_file SELECT id, 0, 'a.txt', 'text/plain', 1, 'INPUT', 'a', created FROM task_run WHERE is_error`,
      );
    },
  });

  it.each([
    ['task', `, taskId: "${taskId}"`, 'first'],
    ['task, backward', `, taskId: "${taskId}"`, 'last'],
    ['project', '', 'first'],
    ['project, backward', '', 'last'],
  ])('has the JSON and the files of all its runs: %s', async (_title, isTask, size) => {
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}"${isTask}, filter: { userId: "${user}", status: FAIL }, ${size}: 50) {
        scan { isComplete } nodes { created response files { name } reportingGroup { id } }
      } }`,
      { as: owner },
    );
    expect(taskRuns.scan.isComplete).toBe(true);
    const times = taskRuns.nodes.map(({ created }: { created: string }) => created);
    expect(times).toEqual(times.toSorted().reverse());
    expect(
      taskRuns.nodes.map(({ response, files }: { response: string; files: unknown }) => [response.length, files]),
    ).toEqual(Array(10).fill([length, [{ name: 'a.txt' }]]));
  });
});
