// The beginning of a run's JSON, and its JSON as text, through every way to read a run.

import { type Queries } from '../../support/databases.js';
import { requestEntities } from '../../support/entities.js';
import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import { useGateway, useOwnGateway } from '../../support/start-gateway.js';

const as = direct('owner', 'project');
const project = { orgId: world.org, projectId: world.project };
const taskId = idOf(400);
const path = { ...project, taskId };
const literal = (values: object) =>
  JSON.stringify(values)
    .slice(1, -1)
    .replaceAll(/"(\w+)":/g, '$1: ');

/** 200 characters, each of which takes two UTF-16 code units. */
const faces = '😀'.repeat(200);
const large = 5 * 1024 * 1024;
/** The response and `submitted` as JSON text, their previews of 200 and 10 characters, and their texts. */
const cases: readonly {
  readonly name: string;
  readonly json: string;
  readonly preview: string | null;
  readonly short: string | null;
  readonly text: string | null;
}[] = [
  {
    name: 'an object',
    json: '{"label":"spam","score":0.10000000000000000000000000001,"n":9007199254740993}',
    preview: '{"n": 9007199254740993, "label": "spam", "score": 0.10000000000000000000000000001}',
    short: '{"n": 900…',
    text: '{"n": 9007199254740993, "label": "spam", "score": 0.10000000000000000000000000001}',
  },
  {
    name: 'a string',
    json: '"He said \\"no\\"\\n!"',
    preview: 'He said "no"\n!',
    short: 'He said "…',
    text: '"He said \\"no\\"\\n!"',
  },
  { name: 'ten characters', json: '"0123456789"', preview: '0123456789', short: '0123456789', text: '"0123456789"' },
  { name: 'eleven', json: '"0123456789a"', preview: '0123456789a', short: '012345678…', text: '"0123456789a"' },
  { name: 'faces', json: `"${faces}"`, preview: faces, short: `${'😀'.repeat(9)}…`, text: `"${faces}"` },
  {
    name: 'one more face',
    json: `"${faces}😀"`,
    preview: `${'😀'.repeat(199)}…`,
    short: `${'😀'.repeat(9)}…`,
    text: `"${faces}😀"`,
  },
  { name: 'an exclamation mark', json: '"!12"', preview: '!12', short: '!12', text: '"!12"' },
  { name: 'an empty string', json: '""', preview: '', short: '', text: '""' },
  { name: 'a number', json: '1.50', preview: '1.50', short: '1.50', text: '1.50' },
  { name: 'false', json: 'false', preview: 'false', short: 'false', text: 'false' },
  { name: 'a list', json: '[1, null]', preview: '[1, null]', short: '[1, null]', text: '[1, null]' },
  { name: 'null', json: 'null', preview: null, short: null, text: null },
];
const runIds = cases.map((_, index) => idOf(401 + index));
const largeId = idOf(450);
const emptyId = idOf(451);

async function arrange(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  await database.query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'T', 'all_viewers')", [
    taskId,
    world.project,
  ]);
  const insert = (id: string, response: string | null, runData: string, second: number) =>
    database.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $2, $3, $4, '2030-01-01T00:00:00Z'::timestamptz - $5 * interval '1 s', 1, 1, 2)`,
      [id, taskId, response, runData, second],
    );
  for (const [index, { json }] of cases.entries()) {
    await insert(runIds[index]!, json, `{"submitted":${json}}`, index);
  }
  await insert(emptyId, null, '{}', 50);
  const text = 'a'.repeat(large);
  await insert(largeId, JSON.stringify(text), JSON.stringify({ submitted: { text } }), 51);
}

const fields = `id responsePreview submittedPreview short: responsePreview(length: 10)
  shortSubmitted: submittedPreview(length: 10) responseText submittedText runDataText`;
const expected = [
  ...cases.map(({ json, preview, short, text }, index) => ({
    ...{ id: runIds[index], responsePreview: preview, submittedPreview: preview, short, shortSubmitted: short },
    ...{ responseText: text, submittedText: text, runDataText: `{"submitted": ${text ?? json}}` },
  })),
  {
    ...{ id: emptyId, responsePreview: null, submittedPreview: null, short: null, shortSubmitted: null },
    ...{ responseText: null, submittedText: null, runDataText: '{}' },
  },
];
const ids = expected.map(({ id }) => id!);

describe('previews and texts', () => {
  const gateway = useGateway({ arrange });
  const dataOf = (operation: string) => gateway.dataOf(operation, { as });
  const before = 'filter: { createdAfter: "2029-12-31T23:59:10Z" }';

  it('come for one run', async () => {
    const runs = ids.map((id, index) => `r${index}: taskRun(${literal({ ...path, id })}) { ${fields} }`);
    expect(Object.values(await dataOf(`{ ${runs} }`))).toEqual(expected);
  });

  it('come for runs by ids, lists of a task and of a project, changes and entities', async () => {
    const list = (scope: object, args: string) => `taskRuns(${literal(scope)}, ${args}) { nodes { ${fields} } }`;
    const data = await dataOf(`{
      byIds: taskRunsByIds(${literal({ ...path, ids })}) { ${fields} }
      ofTask: ${list(path, 'first: 12')} filtered: ${list(path, before)}
      ofProject: ${list(project, before)}
      taskRunChanges(${literal(path)}, ${before}) { changes { run { ${fields} } } }
    }`);
    expect(data.byIds).toEqual(expected);
    // Excludes the run before the large one, which is read to find out whether more follow.
    expect(data.ofTask.nodes).toEqual(expected.slice(0, -1));
    expect(data.filtered.nodes).toEqual(expected);
    expect(data.ofProject.nodes).toEqual(expect.arrayContaining(expected));
    expect(data.taskRunChanges.changes.map(({ run }: { run: unknown }) => run)).toEqual(expected);
    const representations = ids.map((id) => ({ __typename: 'TaskRun', ...path, id }));
    const entities = await requestEntities(gateway, representations, `... on TaskRun { ${fields} }`, { as });
    expect(entities.data._entities).toEqual(expected);
  });

  it('come for a subscription', async () => {
    const changes = await dataOf(`{ taskRunChanges(${literal(path)}, first: 1) { changes { previousCursor } } }`);
    const [{ previousCursor: after }] = changes.taskRunChanges.changes;
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${await gateway.tokenFor(as)}`,
      },
      body: JSON.stringify({
        query: `subscription { taskRunChanged(${literal({ ...path, after })}) { run { ${fields} } } }`,
      }),
    });
    const events = eventsOf(response);
    for (const run of expected) {
      expect(JSON.parse((await nextEvent(events)).data!)).toEqual({ data: { taskRunChanged: { run } } });
    }
    controller.abort();
  });

  it('keep their own lengths, also in the same statement for the same run', async () => {
    const [id] = runIds;
    const run = (name: string, length: number) =>
      `${name}: taskRun(${literal({ ...path, id })}) { text: responsePreview(length: ${length}) }`;
    const { text } = cases[0]!;
    expect(await dataOf(`{ ${run('a', 1)} ${run('b', 5)} ${run('c', 1000)} }`)).toEqual({
      a: { text: '…' },
      b: { text: `${text!.slice(0, 4)}…` },
      c: { text },
    });
    const list = (name: string, first: number, length: number) =>
      `${name}: taskRuns(${literal(path)}, first: ${first}) { nodes { text: responsePreview(length: ${length}) } }`;
    const { d, e, f } = await dataOf(`{ ${list('d', 1, 1)} ${list('e', 2, 5)} ${list('f', 3, 1000)} }`);
    expect([d, e, f].map(({ nodes }) => nodes[0].text)).toEqual(['…', `${text!.slice(0, 4)}…`, text]);
  });

  it('come without a response of five megabytes, as a single run and on a page', async () => {
    const preview = `${'a'.repeat(199)}…`;
    const submitted = `${`{"text": "${'a'.repeat(200)}`.slice(0, 199)}…`;
    const few = 'id responsePreview submittedPreview';
    const run = { id: largeId, responsePreview: preview, submittedPreview: submitted };
    const after = 'filter: { createdBefore: "2029-12-31T23:59:10Z" }';
    const answer = await gateway.ask(
      `{ taskRun(${literal({ ...path, id: largeId })}) { ${few} }
         ofTask: taskRuns(${literal(path)}, first: 20) { nodes { ${few} } }
         ofProject: taskRuns(${literal(project)}, ${after}, first: 20) { nodes { ${few} } }
         taskRunChanges(${literal(path)}) { changes { run { ${few} } } } }`,
      { as },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data.taskRun).toEqual(run);
    expect(answer.data.ofTask.nodes).toContainEqual(run);
    expect(answer.data.ofProject.nodes).toContainEqual(run);
    expect(answer.text.length).toBeLessThan(40_000);
  });

  it.each([1, 10, 100])('take one statement for %i runs', async (count) => {
    const some = 'id responsePreview submittedPreview(length: 50) responseText';
    const runs = Array.from(
      { length: count },
      (_, index) => `r${index}: taskRun(${literal({ ...path, id: ids[index % ids.length] })}) { ${some} }`,
    );
    expect(await gateway.statementsOf(() => dataOf(`{ ${runs} }`))).toEqual({ task_runs_by_path: 1 });
    const page = `{ taskRuns(${literal(path)}, first: ${Math.min(count, 12)}) { nodes { ${some} } } }`;
    expect(await gateway.statementsOf(() => dataOf(page))).toEqual({ task_run_pages_by_task: 1 });
  });

  it('read a limited amount of JSON on a page, and become null with an error beyond', async () => {
    const [first, second, third] = [idOf(461), idOf(462), idOf(463)];
    const otherTask = idOf(460);
    await gateway.query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'O', 'all_viewers')", [
      otherTask,
      world.project,
    ]);
    for (const [id, created] of [first, second, third].map((item, index) => [item, `2001-01-0${3 - index}`])) {
      await gateway.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
         VALUES ($1, $2, $2, '"short"', '{"submitted":1}', $3, 1, 1, 2)`,
        [id, otherTask, created],
      );
      // Pretends that the response is large.
      await gateway.query('UPDATE task_run SET response_bytes = 60000000 WHERE id = $1', [id]);
    }
    const other = { ...project, taskId: otherTask };
    const list = (scope: object, args: string) =>
      `taskRuns(${literal(scope)}, ${args}) { nodes { id responsePreview submittedPreview } }`;
    const before = 'filter: { createdBefore: "2001-02-01" }';
    for (const page of [list(other, 'first: 3'), list(other, before), list(project, before)]) {
      const { data, errors } = await gateway.ask(`{ ${page} }`, { as });
      expect(data.taskRuns.nodes).toEqual([
        { id: first, responsePreview: 'short', submittedPreview: '1' },
        { id: second, responsePreview: 'short', submittedPreview: '1' },
        { id: third, responsePreview: null, submittedPreview: null },
      ]);
      expect(errors).toMatchObject([
        {
          path: ['taskRuns', 'nodes', 2, 'responsePreview'],
          extensions: { reason: 'RESPONSE_TOO_LARGE', bytes: 60_000_000 },
        },
        { path: ['taskRuns', 'nodes', 2, 'submittedPreview'], extensions: { reason: 'RESPONSE_TOO_LARGE' } },
      ]);
    }
    // Each run on its own is within the limit.
    const runs = [first, second, third].map(
      (id, index) => `r${index}: taskRun(${literal({ ...other, id })}) { responsePreview }`,
    );
    expect(Object.values(await dataOf(`{ ${runs} }`))).toEqual(Array(3).fill({ responsePreview: 'short' }));
  });

  it.each([0, -1, 1001])('reject the length %i', async (length) => {
    const { errors } = await gateway.ask(
      `{ taskRun(${literal({ ...path, id: ids[0] })}) { responsePreview(length: ${length}) } }`,
      { as },
    );
    expect(errors).toMatchObject([
      { path: ['taskRun'], extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['length'] }] } },
    ]);
  });
});

describe('the bytes of previews and texts', () => {
  const maxBytes = 4000;
  const gateway = useOwnGateway({ arrange, environment: { MAX_RESPONSE_BYTES: `${maxBytes}` } });
  const ask = (operation: string) => gateway.ask(`{ ${operation} }`, { as });
  const reasons = (answer: Awaited<ReturnType<typeof ask>>) =>
    answer.errors?.map(({ path: at, extensions }) => [at!.join('.'), extensions.reason, extensions.maxBytes]);

  it('count as in the response, in which quotes are escaped', async () => {
    const [id] = runIds;
    const { text } = cases[0]!;
    const bytes = Buffer.byteLength(JSON.stringify(text));
    const fits = Math.floor(maxBytes / bytes);
    const runs = Array.from(
      { length: fits + 1 },
      (_, index) => `r${index}: taskRun(${literal({ ...path, id })}) { responseText }`,
    );
    expect(fits).toBeLessThan(Math.floor(maxBytes / text!.length));
    expect(reasons(await ask(runs.join(' ')))).toEqual([[`r${fits}.responseText`, 'RESPONSE_TOO_LARGE', maxBytes]]);
  });

  it('limit texts as they limit the JSON, and leave previews of the same run', async () => {
    const answer = await ask(
      `taskRun(${literal({ ...path, id: largeId })}) { responseText submittedText responsePreview(length: 3) }`,
    );
    expect(reasons(answer)).toEqual([
      ['taskRun.responseText', 'RESPONSE_TOO_LARGE', maxBytes],
      ['taskRun.submittedText', 'RESPONSE_TOO_LARGE', maxBytes],
    ]);
    expect(answer.data.taskRun).toEqual({ responseText: null, submittedText: null, responsePreview: 'aa…' });
  });

  it('limit previews', async () => {
    const run = (name: string) =>
      `${name}: taskRun(${literal({ ...path, id: largeId })}) { responsePreview(length: 1000) }`;
    const answer = await ask(['a', 'b', 'c', 'd'].map(run).join(' '));
    expect(reasons(answer)).toEqual([['d.responsePreview', 'RESPONSE_TOO_LARGE', maxBytes]]);
  });
});
