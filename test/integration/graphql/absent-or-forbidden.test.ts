// Neither responses nor the statements for them reveal to a caller without permission whether a run exists.

import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import { requestRest } from '../../support/rest-client.js';
import { type Gateway, useGateway } from '../../support/start-gateway.js';

interface Place {
  readonly taskId: string;
  readonly id: string;
}

const emptyTask = idOf(200);
const ofWorld = { orgId: world.org, projectId: world.project };
const hidden: Place = { taskId: world.taskOf.owner_only, id: world.runOf.owner_only };
const absent: Place = { taskId: world.taskOf.owner_only, id: world.absent };
const ofEmptyTask: Place = { taskId: emptyTask, id: world.absent };

const graphql = (write: (task: string, place: Place) => string) => async (gateway: Gateway, place: Place, as: string) =>
  (
    await gateway.ask(
      `{ ${write(`orgId: "${world.org}", projectId: "${world.project}", taskId: "${place.taskId}"`, place)} }`,
      { as },
    )
  ).text;
const ofTask = (place: Place) => `/api/v1/org/${world.org}/project/${world.project}/task/${place.taskId}`;
const rest = (pathOf: (place: Place) => string) => async (gateway: Gateway, place: Place, as: string) => {
  const response = await requestRest(gateway, `${gateway.url}${ofTask(place)}/run${pathOf(place)}`, { as });
  return `${response.status} ${response.headers.get('etag')} ${await response.text()}`;
};
/** A report names its task, and its tag depends on that. */
const report = (name: string) => async (gateway: Gateway, place: Place, as: string) => {
  const dates = 'start_date=2024-01-01&end_date=2024-02-01';
  const response = await requestRest(gateway, `${gateway.url}${ofTask(place)}/${name}?${dates}`, { as });
  return `${response.status} ${(await response.text()).replaceAll(place.taskId, 'task')}`;
};

const ofRuns: Record<string, ReturnType<typeof graphql>> = {
  taskRun: graphql(
    (task, { id }) => `taskRun(${task}, id: "${id}") { id response files { name } reportingGroup { name } }`,
  ),
  'a JSON Pointer of taskRun': graphql(
    (task, { id }) => `taskRun(${task}, id: "${id}") { runDataAt(path: "/submitted") }`,
  ),
  taskRunsByIds: graphql((task, { id }) => `taskRunsByIds(${task}, ids: ["${id}", "${world.absent}"]) { id response }`),
  'an entity by its path': graphql(
    (_task, { taskId, id }) =>
      `_entities(representations: [{ __typename: "TaskRun", orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskId}", id: "${id}" }]) { ... on TaskRun { response } }`,
  ),
  'an entity by its id': graphql(
    (_task, { id }) =>
      `_entities(representations: [{ __typename: "TaskRun", id: "${id}" }]) { ... on TaskRun { response } }`,
  ),
  'a run over REST': rest(({ id }) => `/${id}`),
  'a file over REST': rest(({ id }) => `/${id}/file/report.pdf`),
};
const taskRequests: Record<string, ReturnType<typeof graphql>> = {
  'a page': graphql(
    (task) => `taskRuns(${task}, first: 5) { nodes { id response } pageInfo { hasNextPage endCursor } }`,
  ),
  'a count': graphql((task) => `taskRuns(${task}) { totalCount }`),
  'a filtered page': graphql(
    (task) => `taskRuns(${task}, filter: { status: SUCCESS }) { totalCount edges { cursor } }`,
  ),
  statistics: graphql(
    (task) =>
      `taskRunStats(${task}) { runs chargedCredits llmCallTiming { p50 } byRevision: groupBy(dimension: REVISION) { runs } buckets(by: DAY) { start } }`,
  ),
  'a page over REST': rest(() => '?page_limit=5'),
  'statistics by what its runs are full of': graphql(
    (task) => `taskRunStats(${task}, filter: { createdAfter: "2024-01-01" }) {
      byUser: groupBy(dimension: USER) { value } byContext: groupBy(dimension: CONTEXT) { value } byFailure: groupBy(dimension: FAILURE) { value } byFailureReason: groupBy(dimension: FAILURE_REASON) { runs } byStatus: groupBy(dimension: STATUS) { value } previous { runs } change { runs { ratio } } }`,
  ),
  ...Object.fromEntries(
    ['token', 'usage', 'timing', 'credit'].map((name) => [`a ${name} report over REST`, report(`${name}_report`)]),
  ),
};
const callers = { 'nobody in particular': 'stranger', 'a viewer of a task of owners': direct('viewer', 'task') };

describe('responses without access, on the database,', () => {
  const gateway = useGateway({
    arrange: async (database) => {
      await arrangePermissionWorld(database);
      await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Empty')", [
        emptyTask,
        ofWorld.projectId,
      ]);
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [
        emptyTask,
        direct('viewer', 'task'),
      ]);
      await database.query(
        "INSERT INTO task_run_file VALUES ($1, 0, 'report.pdf', 'application/pdf', 1, 'INPUT', 'report', now())",
        [hidden.id],
      );
    },
  });

  const observe = async (ask: ReturnType<typeof graphql>, place: Place, as: string) => {
    let text = '';
    const statements = await gateway.statementsOf(async () => {
      text = await ask(gateway, place, as);
    });
    return { text, statements };
  };

  describe.each(Object.entries(callers))('%s', (_caller, as) => {
    it.each(Object.entries(ofRuns))('hide whether a run exists: %s', async (_way, ask) => {
      const there = await observe(ask, hidden, as);
      expect(there).toEqual(await observe(ask, absent, as));
      expect(there.text).toContain('PERMISSION_CHECK_FAILED');
      expect(there.statements).not.toEqual({});
    });

    it.each(Object.entries(taskRequests))('hide whether a task contains runs: %s', async (_way, ask) => {
      const there = await observe(ask, hidden, as);
      expect(there).toEqual(await observe(ask, ofEmptyTask, as));
      expect(there.text).not.toContain(hidden.id);
      expect(there.statements).not.toEqual({});
    });
  });
});
