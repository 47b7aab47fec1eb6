// `status`, `failureMessage` and `failure` of runs, through every way to read a run.

import type { Queries } from '../../support/databases.js';
import { requestEntities } from '../../support/entities.js';
import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import type { ChangeNode } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

const as = direct('owner', 'project');
const project = `orgId: "${world.org}", projectId: "${world.project}"`;
const taskId = idOf(400);
/** The characters of the longest message, each of which takes two UTF-16 code units. */
const faces = '😀'.repeat(1000);

/** A failed run's response, its message, and its failure kind unless that equals the message. */
const responses: readonly (readonly [response: unknown, message: string | null, failure?: string])[] = [
  [{ detail: { message: 'a' }, error: { message: 'b' }, message: 'c' }, 'a'],
  [{ detail: { message: '' }, error: { message: 'b' }, message: 'c' }, 'b'],
  [{ detail: 'd', error: { message: 7 }, message: 'c' }, 'c'],
  [{ detail: 'd', error: 'e', message: null }, 'd'],
  [{ detail: ['d'], error: 'e', message: {} }, 'e'],
  [{ detail: { message: ' ' } }, ' ', 'No message'],
  [{ message: 'No answer within 60 s' }, 'No answer within 60 s', 'No answer within # s'],
  [{ message: `${'y'.repeat(1500)} 7` }, 'y'.repeat(1000), 'y'.repeat(200)],
  [
    { error: `Traceback (most recent call last):\n${'  a\n'.repeat(400)}b.C: 12` },
    `Traceback (most recent call last):\n${'  a\n'.repeat(400)}`.slice(0, 1000),
    'b.C: #',
  ],
  [{ detail: { message: { text: 'a' } }, other: 'x' }, null],
  [{}, null],
  ['He said "no"\n!', 'He said "no"\n!', 'He said "no" !'],
  ['', null],
  [['a', { message: 'b' }], null],
  [17, null],
  [null, null],
  [{ message: faces }, faces, '😀'.repeat(200)],
  [`${faces}😀`, faces, '😀'.repeat(200)],
];
const ids = responses.map((_, index) => idOf(401 + index));
const absentResponseId = idOf(450);
const successIds = [idOf(451), idOf(452)];
const large = 2 * 1024 * 1024;

function insertRun(database: Queries, id: string, response: string | null, isError: boolean | null, second: number) {
  return database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, is_error, created, input_tokens, output_tokens, total_tokens)
     VALUES ($1, $2, $2, $3, '{}', $4, '2030-01-01T00:00:00Z'::timestamptz - $5 * interval '1 s', 1, 1, 2)`,
    [id, taskId, response, isError, second],
  );
}

async function arrangeTask(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  await database.query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'T', 'all_viewers')", [
    taskId,
    world.project,
  ]);
}

async function arrange(database: Queries): Promise<void> {
  await arrangeTask(database);
  for (const [index, [response]] of responses.entries()) {
    await insertRun(database, ids[index]!, JSON.stringify(response), true, index);
  }
  await insertRun(database, absentResponseId, null, true, 50);
  await insertRun(database, successIds[0]!, JSON.stringify({ message: 'fine' }), false, 51);
  await insertRun(database, successIds[1]!, JSON.stringify('fine'), null, 52);
}

const expected = [
  ...responses.map(([, failureMessage, failure = failureMessage ?? 'No message'], index) => ({
    id: ids[index],
    status: 'FAIL',
    failureMessage,
    failure,
  })),
  { id: absentResponseId, status: 'FAIL', failureMessage: null, failure: 'No message' },
  ...successIds.map((id) => ({ id, status: 'SUCCESS', failureMessage: null, failure: null })),
];
const fields = 'id status failureMessage failure';

describe('the message and the kind of a failed run', () => {
  const gateway = useGateway({ arrange });
  const dataOf = (operation: string) => gateway.dataOf(operation, { as });

  it('come from the first place with a text, in one run, lists, changes and entities', async () => {
    const inPeriod = 'filter: { createdAfter: "2029-12-31T23:59:00Z" }';
    const data = await dataOf(`{
      ${expected.map(({ id }, index) => `r${index}: taskRun(${project}, taskId: "${taskId}", id: "${id}") { ${fields} }`)}
      ofTask: taskRuns(${project}, taskId: "${taskId}", ${inPeriod}) { nodes { ${fields} } }
      ofProject: taskRuns(${project}, ${inPeriod}) { nodes { ${fields} } }
      changes: taskRunChanges(${project}, taskId: "${taskId}") { changes { run { ${fields} } } } }`);
    expect(expected.map((_, index) => data[`r${index}`])).toEqual(expected);
    expect(data.ofTask.nodes).toEqual(expected);
    expect(data.ofProject.nodes).toEqual(expected);
    const changed = data.changes.changes.map(({ run }: ChangeNode) => run);
    expect(changed).toHaveLength(expected.length);
    expect(changed).toEqual(expect.arrayContaining(expected));
    const references = expected.map(({ id }) => ({ __typename: 'TaskRun', id }));
    const entities = await requestEntities(gateway, references, `... on TaskRun { ${fields} }`, { as });
    expect(entities.data._entities).toEqual(expected);
  });

  it('come next to a preview and a whole response, each unchanged', async () => {
    const selection =
      'failureMessage failure short: responsePreview(length: 4) response(path: "/message") responseText';
    const data = await dataOf(
      `{ taskRun(${project}, taskId: "${taskId}", id: "${ids[2]}") { ${selection} }
        taskRuns(${project}, taskId: "${taskId}", first: 3) { nodes { ${selection} } } }`,
    );
    const run = { failureMessage: 'c', failure: 'c', short: '{"e…', response: 'c' };
    expect(data.taskRun).toMatchObject(run);
    expect(data.taskRuns.nodes[2]).toMatchObject(run);
    expect(JSON.parse(data.taskRun.responseText)).toEqual(responses[2]![0]);
  });

  it('take no separate statement, and six names at most', async () => {
    const names = (count: number) =>
      Array.from({ length: count }, (_, index) => `m${index}: ${index % 2 === 0 ? 'failureMessage' : 'failure'}`).join(
        ' ',
      );
    const query = (count: number) =>
      `{ taskRun(${project}, taskId: "${taskId}", id: "${ids[0]}") { ${names(count)} } }`;
    expect(await gateway.statementsOf(() => dataOf(query(6)))).toEqual({ task_runs_by_path: 1 });
    const { errors } = await gateway.ask(query(7), { as });
    expect(errors).toMatchObject([{ extensions: { reason: 'VALIDATION_FAILED' } }]);
  });
});

describe('the message and the kind of a failed run where a response may have few bytes', () => {
  const [failed, succeeded] = [idOf(500), idOf(501)];
  const gateway = useGateway({
    environment: { MAX_RESPONSE_BYTES: '2000' },
    async arrange(database) {
      await arrangeTask(database);
      const response = JSON.stringify({ message: 'Too long.', text: 'x'.repeat(large) });
      await insertRun(database, failed, response, true, 0);
      await insertRun(database, succeeded, response, false, 1);
    },
  });
  const run = (id: string) => `taskRun(${project}, taskId: "${taskId}", id: "${id}")`;
  const list = `taskRuns(${project}, taskId: "${taskId}")`;

  it('come without a response that is too large to be returned', async () => {
    expect(
      await gateway.dataOf(
        `{ a: ${run(failed)} { failureMessage failure } ${list} { nodes { failureMessage failure } } }`,
        { as },
      ),
    ).toEqual({
      a: { failureMessage: 'Too long.', failure: 'Too long.' },
      taskRuns: {
        nodes: [
          { failureMessage: 'Too long.', failure: 'Too long.' },
          { failureMessage: null, failure: null },
        ],
      },
    });
  });

  it('count for the bytes of a response', async () => {
    const names = Array.from(
      { length: 101 },
      (_, index) => `r${index}: ${run(failed)} { a: failureMessage b: failure }`,
    );
    const { errors } = await gateway.ask(`{ ${names.join(' ')} }`, { as });
    expect(errors![0]!.extensions).toMatchObject({ reason: 'RESPONSE_TOO_LARGE', maxBytes: 2000 });
  });
});
