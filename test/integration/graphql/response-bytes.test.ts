// Limits on the JSON in a response, and on the JSON that a request reads.

import { type Queries } from '../../support/databases.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const as = direct('owner', 'project');
const path = { orgId: world.org, projectId: world.project, taskId: world.taskOf.all_viewers };
const task = `orgId: "${path.orgId}", projectId: "${path.projectId}", taskId: "${path.taskId}"`;
const maxBytes = 600_000;
/**
 * Sizes in JSON characters. Some runs fit twice, the large ones not at all. All runs but the last are read separately.
 */
const runs = [
  { id: idOf(300), response: 250_000, runData: 100 },
  { id: idOf(301), response: 250_000, runData: 100 },
  { id: idOf(302), response: 700_000, runData: 100 },
  { id: idOf(303), response: 100, runData: 700_000 },
  { id: idOf(304), response: 120_000, runData: 100 },
] as const;
const [small, other, largeResponse, largeRunData, batched] = runs;
/**
 * Returns a JSON object whose text, as written by PostgreSQL, has exactly this number of bytes, which compress well.
 */
const jsonOf = (bytes: number) => JSON.stringify({ text: 'a'.repeat(bytes - '{"text": ""}'.length) });

async function arrange(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  for (const [index, { id, response, runData }] of runs.entries()) {
    await database.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $2, $3, $4, '2030-01-01T00:00:00Z'::timestamptz - $5 * interval '1 s', 1, 1, 2)`,
      [id, path.taskId, jsonOf(response), jsonOf(runData), index],
    );
  }
}

const tooLarge = (bytes: number) => ({
  code: 'UNPROCESSABLE_ENTITY',
  status: 422,
  reason: 'RESPONSE_TOO_LARGE',
  bytes,
  maxBytes,
});

describe('the JSON of a response', () => {
  const gateway = useOwnGateway({ arrange, environment: { MAX_RESPONSE_BYTES: `${maxBytes}` } });

  const ask = (query: string) => gateway.ask(`{ ${query} }`, { as });
  const run = ({ id }: { readonly id: string }, fields: string) => `taskRun(${task}, id: "${id}") { ${fields} }`;
  const errorsOf = ({ errors = [] }: GraphqlResponse) =>
    errors.map(({ path: at, extensions }) => [at!.join('.'), extensions]);
  const lengthOf = (json: unknown) => (json === null ? null : JSON.stringify(json).length + 1);

  it('omits a field that exceeds the limit on its own, with an error of its size', async () => {
    const answer = await ask(run(largeResponse, 'id response runData responseBytes'));
    expect(errorsOf(answer)).toEqual([['taskRun.response', tooLarge(largeResponse.response)]]);
    expect(answer.data.taskRun).toMatchObject({ id: largeResponse.id, response: null, responseBytes: 700_000 });
    expect(lengthOf(answer.data.taskRun.runData)).toBe(100);
  });

  it('loses only the run when the field is not nullable', async () => {
    const answer = await ask(`taskRunsByIds(${task}, ids: ["${largeRunData.id}", "${small.id}"]) { id runData }`);
    expect(errorsOf(answer)).toEqual([['taskRunsByIds.0.runData', tooLarge(largeRunData.runData)]]);
    expect(answer.data.taskRunsByIds).toMatchObject([null, { id: small.id }]);
  });

  it('counts a field once for each selection', async () => {
    const answer = await ask(run(small, 'a: response b: response c: response'));
    expect(errorsOf(answer)).toEqual([['taskRun.c', tooLarge(250_000)]]);
    expect(lengthOf(answer.data.taskRun.b)).toBe(250_000);
  });

  it('counts all fields of an operation, wherever they are', async () => {
    const answer = await ask(`a: ${run(small, 'response')} b: ${run(other, 'response')} c: ${run(small, 'response')}`);
    expect(errorsOf(answer)).toEqual([['c.response', tooLarge(250_000)]]);
    expect(answer.data.c).toEqual({ response: null });
  });

  it('appears on a page for the runs that fit, and the page keeps the others', async () => {
    const answer = await ask(`taskRuns(${task}, first: 4) { nodes { id response } edges { cursor node { id } } }`);
    expect(errorsOf(answer)).toEqual([['taskRuns.nodes.2.response', tooLarge(largeResponse.response)]]);
    expect(answer.data.taskRuns.nodes.map(({ response }: { response: unknown }) => lengthOf(response))).toEqual([
      250_000,
      250_000,
      null,
      100,
    ]);
    expect(answer.data.taskRuns.edges).toHaveLength(4);
  });

  it('takes a further statement for each large run, and one for a page of more JSON than the request may read', async () => {
    const everything = 'id response runData files { name }';
    const statementsOf = (query: string) => gateway.statementsOf(() => ask(query));
    expect(await statementsOf(run(small, everything))).toEqual({ task_runs_by_path: 2 });
    const ids = runs.map(({ id }) => `"${id}"`).join();
    expect(await statementsOf(`taskRunsByIds(${task}, ids: [${ids}]) { ${everything} }`)).toEqual({
      task_runs_by_path: runs.length,
    });
    const page = `nodes { ${everything} }`;
    // Reads the page in a shared statement first and then separately, with one additional statement for the files of
    // all its runs.
    expect(await statementsOf(`taskRuns(${task}, first: 4) { ${page} }`)).toEqual({
      task_run_pages_by_task: 2,
      task_run_files_by_run_id: 1,
    });
    expect(
      await statementsOf(`taskRuns(orgId: "${path.orgId}", projectId: "${path.projectId}", first: 4) { ${page} }`),
    ).toEqual({ task_run_scopes: 1, task_run_page: 2, task_run_files_by_run_id: 1 });
  });

  it('counts runs of a shared statement before those that are read separately', async () => {
    const ids = [small, other, batched].map(({ id }) => `"${id}"`).join();
    const answer = await ask(`taskRunsByIds(${task}, ids: [${ids}]) { id response }`);
    expect(errorsOf(answer)).toEqual([['taskRunsByIds.1.response', tooLarge(other.response)]]);
    const lengths = answer.data.taskRunsByIds.map(({ response }: { response: unknown }) => lengthOf(response));
    expect(lengths).toEqual([small.response, null, batched.response]);
  });

  it('limits values at JSON Pointers, too, and leaves smaller ones of the same run', async () => {
    const answer = await ask(run(largeResponse, 'whole: response(path: "/text") nothing: response(path: "/nothing")'));
    expect(errorsOf(answer)).toEqual([['taskRun.whole', tooLarge(700_000 - '{"text": }'.length)]]);
    expect(answer.data.taskRun).toEqual({ whole: null, nothing: null });
  });

  it('omits JSON of groups that exceeds it, and keeps their figures and the beginning of their text', async () => {
    const ids = `filter: { createdAfter: "2029-12-31T23:59:57Z", createdBefore: "2030-01-02" }`;
    const answer = await ask(
      `taskRunStats(${task}, ${ids}) { groupBy(dimension: RESPONSE, path: "/text", orderBy: LAST_CREATED_DESC) { runs value json } }`,
    );
    const { groupBy } = answer.data.taskRunStats;
    expect(
      groupBy.map(({ runs, value, json }: { runs: number; value: string; json: string | null }) => [
        runs,
        value.length,
        json?.length ?? null,
      ]),
    ).toEqual([
      [2, 1000, small.response - '{"text": ""}'.length],
      [1, 1000, null],
      [1, largeRunData.response - '{"text": ""}'.length, largeRunData.response - '{"text": ""}'.length],
    ]);
    expect(errorsOf(answer)).toEqual([
      ['taskRunStats.groupBy.1.json', tooLarge(largeResponse.response - '{"text": }'.length)],
    ]);
  });

  it('becomes an error of a run over REST, and null in its place in a list', async () => {
    const one = await requestRest(gateway, runUrl(gateway, { ...path, id: largeResponse.id }), { as });
    expect(one.status).toBe(422);
    expect(await one.json()).toEqual({
      detail: {
        message: expect.any(String),
        reason: 'RESPONSE_TOO_LARGE',
        bytes: largeResponse.response,
        max_bytes: maxBytes,
      },
    });
    const list = runUrl(gateway, { ...path, id: '' }).slice(0, -1);
    const { results } = (await (await requestRest(gateway, `${list}?page_limit=4`, { as })).json()) as {
      results: ({ id: string } | null)[];
    };
    expect(results.map((result) => result?.id ?? null)).toEqual([small.id, other.id, null, null]);
  });
});
