import { type Queries } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { idOf } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, owner } = generated;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const rich = idOf(2000);
const empty = idOf(2001);

const response = {
  items: [{ label: 'a' }, { label: 'b', score: 0.1 }],
  'a/b': { '~c': 'escaped' },
  '': 'empty key',
  '0': 'zero',
  'ünï"\\': true,
  nothing: null,
  deep: [[[1, 2], 3]],
  places: { '-1': 'last', '00': 'double' },
};
// Contains a number that a JavaScript number cannot represent.
const submitted = '{"text": "Grüße", "list": [10, 20], "big": 12345678901234567890.123}';

async function arrange(database: Queries): Promise<void> {
  await arrangeGeneratedRuns(database, 20);
  const insert = `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
    VALUES ($1, $2, $2, $3, $4, '2026-01-01T00:00:00Z', 1, 1, 2)`;
  await database.query(insert, [rich, taskId, JSON.stringify(response), `{"submitted": ${submitted}, "files": []}`]);
  await database.query(insert, [empty, taskId, null, '{}']);
}

describe('a path into the JSON of a run', () => {
  const gateway = useGateway({ arrange });

  const run = (id: string, selection: string) => `taskRun(${task}, id: "${id}") { ${selection} }`;
  const roots: [string, (id: string, selection: string) => Promise<unknown>][] = [
    ['taskRun', async (id, selection) => (await gateway.dataOf(`{ ${run(id, selection)} }`, { as: owner })).taskRun],
    [
      'taskRuns',
      async (id, selection) => {
        const query = `{ taskRuns(${task}, first: 2) { nodes { runId: id ${selection} } } }`;
        const { nodes } = (await gateway.dataOf(query, { as: owner })).taskRuns;
        const { runId: _, ...fields } = nodes.find(({ runId }: { runId: string }) => runId === id);
        return fields;
      },
    ],
    [
      'taskRunsByIds',
      async (id, selection) =>
        (await gateway.dataOf(`{ taskRunsByIds(${task}, ids: ["${id}"]) { ${selection} } }`, { as: owner }))
          .taskRunsByIds[0],
    ],
  ];

  describe.each(roots)('of %s', (_name, ask) => {
    it.each([
      ['/items/1/label', 'b'],
      ['/items/0', { label: 'a' }],
      ['/items/2', null],
      ['/items/x', null],
      ['/a~1b/~0c', 'escaped'],
      ['/', 'empty key'],
      ['/0', 'zero'],
      ['/ünï"\\', true],
      ['/nothing', null],
      ['/items/-1', null],
      ['/items/+0', null],
      ['/items/00/label', null],
      ['/items/ 0', null],
      ['/places/-1', 'last'],
      ['/places/00', 'double'],
      ['/nothing/more', null],
      ['/deep/0/0/1', 2],
      ['/items/0/label/x', null],
      ['', response],
    ])('finds %s', async (path, value) => {
      const text = JSON.stringify(path);
      expect(await ask(rich, `response(path: ${text})`)).toEqual({ response: value });
    });

    it('returns several paths, and the whole, side by side', async () => {
      const selection = `a: response(path: "/items/0/label") b: response(path: "/items/1/label") c: response
        d: submitted(path: "/list/1") e: runDataAt(path: "/submitted/list/0") f: submitted(path: null) responseBytes
        ... on TaskRun { g: submitted(path: "/text") }`;
      expect(await ask(rich, selection)).toEqual({
        ...{ a: 'a', b: 'b', c: response, d: 20, e: 10, f: JSON.parse(submitted), g: 'Grüße' },
        responseBytes: expect.any(Number),
      });
    });

    it('finds nothing without JSON', async () => {
      const selection = `response(path: "/a") submitted(path: "") runDataAt(path: "/submitted/a") responseBytes`;
      expect(await ask(empty, selection)).toEqual({
        ...{ response: null, submitted: null, runDataAt: null, responseBytes: null },
      });
    });
  });

  it('returns null for null, or an error where a field is not nullable', async () => {
    const found = await gateway.dataOf(`{ ${run(rich, 'runData(path: "/submitted/list/0")')} }`, { as: owner });
    expect(found.taskRun).toEqual({ runData: 10 });
    const { data, errors } = await gateway.ask(`{ ${run(rich, 'id runData(path: "/nothing")')} }`, { as: owner });
    expect(data).toEqual({ taskRun: null });
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      path: ['taskRun', 'runData'],
      extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['path'] }] },
    });
  });

  it('keeps every digit, and accepts its path from a variable, too', async () => {
    const query = `query ($path: String, $none: String) { ${run(rich, 'submitted(path: $path) all: submitted(path: $none)')} }`;
    for (let repeated = 0; repeated < 5; repeated += 1) {
      const { text } = await gateway.ask(query, { as: owner, variables: { path: '/big' } });
      expect(text).toContain('"submitted":12345678901234567890.123');
      expect(text).toContain('"big": 12345678901234567890.123');
    }
  });

  it('fails with an unpaired surrogate in it', async () => {
    const query = `query ($path: String) { ${run(rich, 'submitted(path: $path)')} }`;
    const { errors } = await gateway.ask(query, { as: owner, variables: { path: '/\udc00x' } });
    expect(errors![0]!.extensions).toMatchObject({ reason: 'VALIDATION_FAILED', detail: [{ loc: ['path'] }] });
  });

  it('leaves the length of the response unchanged', async () => {
    const { text, data } = await gateway.ask(`{ ${run(rich, 'response responseBytes')} }`, { as: owner });
    const answered = /"response":(.*),"responseBytes"/.exec(text)![1]!;
    expect(data.taskRun.responseBytes).toBe(Buffer.byteLength(answered));
  });

  it('fails with all selected fields when more than two paths are malformed', async () => {
    const bad = (count: number) =>
      Array.from({ length: count }, (_, index) => `b${index}: response(path: "x")`).join(' ');
    for (const [count, path] of [
      [2, ['r', 'nodes', 0, 'b0']],
      [3, ['r']],
    ] as const) {
      const { errors } = await gateway.ask(`{ r: taskRuns(${task}, first: 1) { nodes { id ${bad(count)} } } }`, {
        as: owner,
      });
      expect(errors![0]).toMatchObject({ path, extensions: { status: 422, detail: [{ loc: ['path'] }] } });
    }
  });

  it.each(['items', '/a~2', '/~', '/a\\u0000', `/${'x'.repeat(1000)}`, '$.items'])(
    'fails at its own field when it is %j',
    async (path) => {
      for (const root of [
        run(rich, `id bad: response(path: "${path}")`),
        `taskRuns(${task}, first: 1) { nodes { id bad: response(path: "${path}") } }`,
      ]) {
        for (let repeated = 0; repeated < 5; repeated += 1) {
          const { errors, data } = await gateway.ask(`{ r: ${root} }`, { as: owner });
          const found = data.r.nodes?.[0] ?? data.r;
          expect(found).toEqual({ id: expect.any(String), bad: null });
          expect(errors).toHaveLength(1);
          expect(errors![0]!.path!.at(-1)).toBe('bad');
          expect(errors![0]!.extensions).toMatchObject({
            code: 'UNPROCESSABLE_ENTITY',
            detail: [{ loc: ['path'] }],
          });
        }
      }
    },
  );
});
