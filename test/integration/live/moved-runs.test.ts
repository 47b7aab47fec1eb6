// Runs that move between tasks of a project, for callers who see the old task, the new one, or both.

import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { idOf } from '../../support/permission-world.js';
import type { ChangeNode, RestChange, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';

const [orgId, projectId] = [idOf(1), idOf(2)];
const [visible, alsoVisible, hidden, alsoHidden] = [idOf(3), idOf(4), idOf(5), idOf(6)];
const executor = idOf(7);
const noTask = null;

type Change = { readonly run: string } | { readonly deleted: string; readonly from: string };

const insert = (id: string, task: string) =>
  `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
   VALUES ('${id}', '${task}', '${task}', '{}', now(), 1, 1, 2, '${executor}')`;
const moves = {
  'an update': (id: string, task: string) => `UPDATE task_run SET task_id = '${task}' WHERE id = '${id}'`,
  'a deletion and an insert in one transaction': (id: string, task: string) =>
    `BEGIN; DELETE FROM task_run WHERE id = '${id}'; ${insert(id, task)}; COMMIT`,
};

describe('a run that moves within its project', () => {
  const gateway = useGateway({
    async arrange(database) {
      const run = (sql: string, values: unknown[]) => database.query(sql, values);
      await run("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [orgId]);
      await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", [projectId, orgId]);
      for (const task of [visible, alsoVisible, hidden, alsoHidden]) {
        await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', $3)", [
          ...[task, projectId],
          task === visible || task === alsoVisible ? 'all_viewers' : 'owner_only',
        ]);
      }
      for (const [type, id, subject, role] of [
        ['task', visible, 'viewer-of-task', 'viewer'],
        ['project', projectId, 'viewer-of-project', 'viewer'],
        ['project', projectId, executor, 'viewer'],
        ['task', visible, 'viewer-of-both', 'viewer'],
        ['task', hidden, 'viewer-of-both', 'owner'],
        ['task', hidden, 'owner-of-other', 'owner'],
        ['project', projectId, 'owner-of-project', 'owner'],
      ]) {
        await run("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [type, id, subject, role]);
      }
    },
  });

  let created = 0;
  const addRun = async (task: string) => {
    const id = idOf(0x1000 + created++);
    await gateway.query(insert(id, task));
    await untilSettled(gateway);
    return id;
  };
  const now = async (as = 'owner-of-project') => {
    const response = await requestRest(gateway, `${rest(noTask)}/export`, { as });
    await response.text();
    return response.headers.get('x-watermark')!;
  };
  const rest = (task: string | null) =>
    `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${task === null ? 'task_run' : `task/${task}/run`}`;

  const byGraphql = async (as: string, task: string | null, after: string): Promise<Change[]> => {
    const { taskRunChanges } = await gateway.dataOf(
      `query ($task: ID, $after: String) { taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", taskId: $task, after: $after) {
        changes { run { id } deleted { runId taskId } } hasMore } }`,
      { as, variables: { task, after } },
    );
    expect(taskRunChanges.hasMore).toBe(false);
    return taskRunChanges.changes.map(({ run, deleted }: ChangeNode) =>
      deleted === null ? { run: run.id } : { deleted: deleted.runId, from: deleted.taskId },
    );
  };
  const byRest = async (as: string, task: string | null, after: string): Promise<Change[]> => {
    const { results } = (await (
      await requestRest(gateway, `${rest(task)}/changes?after=${after}`, { as })
    ).json()) as RestPage<RestChange>;
    return results.map(({ run, deleted }) =>
      deleted === undefined ? { run: run.id } : { deleted: deleted.id, from: deleted.task_id },
    );
  };
  const byExport = async (as: string, task: string | null, after: string): Promise<Change[]> => {
    const text = await (await requestRest(gateway, `${rest(task)}/export?fields=core&after=${after}`, { as })).text();
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map((row) => (row.deleted ? { deleted: row.id, from: row.task_id } : { run: row.id }));
  };
  const byEvents = async (as: string, task: string | null, after: string): Promise<Change[]> => {
    const controller = new AbortController();
    const headers = { accept: 'text/event-stream', 'last-event-id': after };
    const response = await requestRest(gateway, `${rest(task)}/changes`, { as, headers, signal: controller.signal });
    const { event, data } = await nextEvent(eventsOf(response));
    controller.abort();
    const { id, task_id } = JSON.parse(data);
    return [event === 'deleted' ? { deleted: id, from: task_id } : { run: id }];
  };
  const feeds = { byGraphql, byRest, byExport };
  const expectFeeds = async (as: string, task: string | null, after: string, expected: readonly Change[]) => {
    for (const [name, read] of Object.entries(feeds))
      expect([name, await read(as, task, after)]).toEqual([name, expected]);
    if (expected.length > 0) expect(await byEvents(as, task, after)).toEqual(expected.slice(0, 1));
  };

  describe.each(Object.entries(moves))('by %s', (_kind, move) => {
    const moved = async (from: string, ...to: string[]) => {
      const id = await addRun(from);
      const after = await now();
      for (const task of to) await gateway.query(move(id, task));
      await untilSettled(gateway);
      return { id, after, deletion: { deleted: id, from }, version: { run: id } };
    };

    it('reaches callers who do not see its new task as a deletion', async () => {
      const { after, deletion } = await moved(visible, hidden);
      for (const as of ['viewer-of-task', 'viewer-of-project']) {
        await expectFeeds(as, noTask, after, [deletion]);
        await expectFeeds(as, visible, after, [deletion]);
      }
    });

    it('reaches callers who see it in its new task as an update', async () => {
      const { after, deletion, version } = await moved(visible, hidden);
      // The last caller sees the runs of the hidden task that they executed.
      for (const as of ['viewer-of-both', 'owner-of-project', executor]) {
        await expectFeeds(as, noTask, after, [version]);
        await expectFeeds(as, visible, after, [deletion]);
      }
      await expectFeeds('owner-of-other', noTask, after, [version]);
    });

    it('reaches callers who see both tasks as a whole as an update', async () => {
      const { after, deletion, version } = await moved(visible, alsoVisible);
      for (const as of ['viewer-of-project', 'owner-of-project']) {
        await expectFeeds(as, noTask, after, [version]);
        await expectFeeds(as, visible, after, [deletion]);
      }
    });

    it('reaches no caller who sees neither task', async () => {
      const { after } = await moved(hidden, alsoHidden);
      for (const as of ['viewer-of-task', 'viewer-of-project']) await expectFeeds(as, noTask, after, []);
    });

    it('reaches callers who see only its new task as an update', async () => {
      const { after, version } = await moved(hidden, visible);
      for (const as of ['viewer-of-task', 'viewer-of-project']) await expectFeeds(as, noTask, after, [version]);
    });

    it('reaches callers only as an update once it is visible to them again', async () => {
      const { after, version } = await moved(visible, hidden, visible);
      for (const as of ['viewer-of-task', 'viewer-of-project']) await expectFeeds(as, noTask, after, [version]);
    });

    it('reaches callers as a deletion, also if it was deleted out of their sight', async () => {
      const { id, after, deletion } = await moved(visible, hidden);
      await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
      await untilSettled(gateway);
      for (const as of ['viewer-of-task', 'viewer-of-project']) await expectFeeds(as, noTask, after, [deletion]);
      await expectFeeds('owner-of-project', noTask, after, [{ deleted: id, from: hidden }]);
    });

    it('wakes callers who wait for changes of the project', async () => {
      const id = await addRun(visible);
      const after = await now();
      const pending = requestRest(gateway, `${rest(noTask)}/changes?after=${after}&wait=20`, {
        as: 'viewer-of-task',
      });
      await gateway.query(move(id, hidden));
      expect(await (await pending).json()).toMatchObject({ results: [{ deleted: { id, task_id: visible } }] });
    });
  });
});
