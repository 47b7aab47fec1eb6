// A run's model is usage, although it is part of JSON that is payload. An analyst sees the model and nothing else from
// that JSON.

import type { GraphqlResponse } from '../../support/graphql-client.js';
import { analysts, arrangePermissionWorld, idOf, world } from '../../support/permission-world.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const taskId = world.taskOf.owner_only;
const task = `orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskId}"`;
const as = analysts.ofProject;
/** Larger than a response may be, and larger than the JSON of runs that are read together. */
const sizes = { small: 10, large: 300_000 };
const ids = { small: idOf(0x500), large: idOf(0x501) };

describe.each(['/model', 'response:/model'])('an analyst, with MODEL_POINTER=%s', (pointer) => {
  const gateway = useGateway({
    environment: { MODEL_POINTER: pointer, MAX_RESPONSE_BYTES: '100000' },
    arrange: async (database) => {
      const [known] = await database.query('SELECT FROM organization WHERE id = $1', [world.org]);
      if (known !== undefined) return;
      await arrangePermissionWorld(database);
      for (const name of ['small', 'large'] as const) {
        const json = JSON.stringify({ model: `model of ${name}`, text: 'x'.repeat(sizes[name]) });
        await database.query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens)
           VALUES ($1, $2, $2, $3, $3, '2025-01-16T13:33:25Z', 1, 2, 3)`,
          [ids[name], taskId, json],
        );
      }
    },
  });
  const expected = (name: keyof typeof ids) => ({ id: ids[name], model: `model of ${name}` });
  const filter = 'filter: { createdAfter: "2025-01-01" }';

  it.each([
    ['taskRun', (name: keyof typeof ids) => `{ run: taskRun(${task}, id: "${ids[name]}")`, '} }'],
    ['node', (name: keyof typeof ids) => `{ run: node(id: "${ids[name]}") { ... on TaskRun`, '} } }'],
  ])('reads the model by %s, however large the JSON is, and no other value of it', async (_entry, begin, end) => {
    for (const name of ['small', 'large'] as const) {
      const { data, errors } = await gateway.ask(`${begin(name)} { id model ${end}`, { as });
      expect({ data, errors }).toEqual({ data: { run: expected(name) }, errors: undefined });
      const answer = await gateway.ask(`${begin(name)} { id model responseText submitted(path: "/a") ${end}`, { as });
      expect(answer.data).toEqual({ run: { ...expected(name), responseText: null, submitted: null } });
      expect(answer.errors!.map(({ extensions }) => extensions.permission)).toEqual(['read_payload', 'read_payload']);
    }
  });

  it.each([
    ['a list of the task', `taskRuns(${task}, ${filter}) { nodes { SELECTION } }`, 'nodes'],
    [
      'a list of the project',
      `taskRuns(orgId: "${world.org}", projectId: "${world.project}", ${filter}) { nodes { SELECTION } }`,
      'nodes',
    ],
    ['changes', `taskRunChanges(${task}, ${filter}) { changes { run { SELECTION } } }`, 'changes'],
  ])('reads the models of %s', async (_title, list, member) => {
    const rowsOf = (data: GraphqlResponse['data']) => data.list[member].map((row: { run?: object }) => row.run ?? row);
    const ask = async (selection: string) => gateway.ask(`{ list: ${list.replace('SELECTION', selection)} }`, { as });
    const { data, errors } = await ask('id model');
    expect(errors).toBeUndefined();
    const all = (more = {}) => new Set((['small', 'large'] as const).map((name) => ({ ...expected(name), ...more })));
    expect(new Set(rowsOf(data))).toEqual(all());
    const answer = await ask('id model responsePreview');
    expect(new Set(rowsOf(answer.data))).toEqual(all({ responsePreview: null }));
    expect(answer.errors!.map(({ extensions }) => extensions.permission)).toEqual(['read_payload', 'read_payload']);
  });

  it.each([
    ['a run', (name: keyof typeof ids) => `run: taskRun(${task}, id: "${ids[name]}") { id model }`],
    ['a run by its id', (name: keyof typeof ids) => `run: node(id: "${ids[name]}") { ... on TaskRun { id model } }`],
    ['a list', () => `taskRuns(${task}, ${filter}) { totalCount nodes { id model next { model } } }`],
    ['a list by the model', () => `taskRuns(${task}, filter: { model: "model of large" }) { nodes { id } }`],
    ['changes', () => `taskRunChanges(${task}, ${filter}) { changes { run { id model } } }`],
    ['statistics', () => `taskRunStats(${task}, ${filter}) { groupBy(dimension: MODEL) { value runs } }`],
  ])('pays for %s what was estimated, however long the JSON takes to be read', async (_what, field) => {
    for (const name of ['small', 'large'] as const) {
      const answer = await gateway.ask(`{ ${field(name)} }`, { as, headers: { 'x-cost': '1' } });
      const { requestedQueryCost, actualQueryCost } = JSON.parse(answer.text).extensions.cost;
      expect(requestedQueryCost).toBeGreaterThan(0);
      expect(actualQueryCost).toBe(Math.round(requestedQueryCost));
    }
  });

  it('exports the models, filters by them and groups by them', async () => {
    const project = `${gateway.url}/api/v1/org/${world.org}/project/${world.project}`;
    const query = 'fields=core&format=ndjson&created_after=2025-01-01';
    const text = await (await requestRest(gateway, `${project}/task/${taskId}/run/export?${query}`, { as })).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ id, model }) => ({ id, model })))).toEqual(
      new Set([expected('small'), expected('large')]),
    );
    const { taskRuns, taskRunStats } = await gateway.dataOf(
      `{ taskRuns(${task}, filter: { model: "model of large" }) { nodes { id model } }
         taskRunStats(${task}, ${filter}) { groupBy(dimension: MODEL) { value runs } } }`,
      { as },
    );
    expect(taskRuns.nodes).toEqual([expected('large')]);
    expect(new Set(taskRunStats.groupBy)).toEqual(
      new Set(['small', 'large'].map((name) => ({ value: `model of ${name}`, runs: 1 }))),
    );
  });
});
