// GraphQL and REST are two ways to the same service, so both must return the same data for a run.

import fc from 'fast-check';
import { runColumns } from '../../../src/task-runs/columns/run-columns.js';
import { amount, seed } from '../../support/generated.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, visibilities, world } from '../../support/permission-world.js';
import type { RestError, RestRun } from '../../support/responses.js';
import { type RunRequest, requestRest, runUrl, toRestNames, unsigned } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const everyTask = Object.values(world.taskOf);
/** Tasks in which a subject sees all runs. */
const visibleTasksOf: Readonly<Record<string, readonly string[]>> = {
  [direct('owner', 'project')]: everyTask,
  [direct('editor', 'organization')]: [world.taskOf.editors_and_owners, world.taskOf.all_viewers],
  [direct('viewer', 'task')]: [world.taskOf.all_viewers],
  [world.executor]: [world.taskOf.all_viewers],
  stranger: [],
};
const isVisible = (run: { readonly task_id: string; readonly user_id: string | null }, subject: string) =>
  visibleTasksOf[subject]!.includes(run.task_id) || (subject === world.executor && run.user_id === world.executor);
const subjects = Object.keys(visibleTasksOf);
const fields = `${runColumns.map(({ propertyName }) => propertyName).join(' ')}
  reportingGroup { id name description projectId created modified }
  files { name contentType sizeBytes direction created downloadUrl }`;

const text = (maxLength: number) =>
  fc.string({ unit: 'grapheme', maxLength }).filter((value) => value.length <= maxLength && !/[\0\p{Cs}]/u.test(value));
/**
 * V8 occasionally mistakes an escaped character in a name for a backslash: https://github.com/nodejs/node/issues/63785
 */
const escapedName = /"(?:[^"\\]|\\.)*\\.(?:[^"\\]|\\.)*":/;
const json = fc
  .json({ maxDepth: 3 })
  .filter((value) => !/\\u/.test(value) && !escapedName.test(value))
  .map((value) => JSON.parse(value));
const whole = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const seconds = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
const optionalId = fc.option(fc.uuid());

const rows = fc.record({
  task_id: fc.constantFrom(...everyTask),
  task_revision_id: fc.uuid(),
  response: fc.oneof(json, text(40)),
  run_data: fc.record({ submitted: json, files: fc.constant([]) }),
  created: fc
    .date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
    .chain((date) =>
      fc
        .integer({ min: 0, max: 999 })
        .map((micros) => date.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)),
    ),
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_processor_timing: seconds,
  llm_call_timing: seconds,
  charged_credits: fc.option(fc.stringMatching(/^-?\d{1,20}(\.\d{1,12})?$/)),
  is_error: fc.option(fc.boolean()),
  llm_retries: fc.option(whole),
  used_fallback_model: fc.option(fc.boolean()),
  primary_failure_reason: fc.option(text(100)),
  fallback_llm_model_id: optionalId,
  user_id: fc.option(fc.constant(world.executor)),
  reporting_group_id: fc.option(fc.constant(idOf(104))),
  reference: fc.option(text(60)),
  context_id: fc.option(text(60)),
  file_names: fc.uniqueArray(
    text(60).filter((name) => name !== ''),
    { maxLength: 3 },
  ),
});
const runs = fc
  .sample(rows, { numRuns: amount(60, 500), seed })
  .map((row, index) => ({ id: idOf(1000 + index), ...row }));

describe('GraphQL and REST', () => {
  const gateway = useGateway({
    // The links in both are signed in the same second.
    clock: { at: 1_800_000_000_000 },
    async arrange(database) {
      await arrangePermissionWorld(database);
      await database.query(
        `INSERT INTO reporting_group VALUES ($1, $2, 'Marketing', NULL, '2024-01-01T00:00:00.000001Z', '2024-01-02T03:04:05.678901Z')`,
        [idOf(104), world.project],
      );
      await database.query('INSERT INTO task_run SELECT * FROM jsonb_populate_recordset(null::task_run, $1)', [
        JSON.stringify(runs),
      ]);
      await database.query(
        `INSERT INTO task_run_file
           SELECT run.id, file.place, file.name, 'text/plain', 5, 'INPUT', 'k', '2024-01-16T13:33:25.000009Z'
           FROM jsonb_to_recordset($1) AS run (id uuid, file_names jsonb),
             jsonb_array_elements_text(run.file_names) WITH ORDINALITY AS file (name, place)`,
        [JSON.stringify(runs)],
      );
    },
  });

  const askGraphql = async (
    as: string,
    paths: readonly RunRequest[],
  ): Promise<Required<Pick<GraphqlResponse, 'data' | 'errors'>>> => {
    const aliases = paths.map(
      ({ orgId, projectId, taskId, id }, index) =>
        `r${index}: taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { ...run }`,
    );
    const { data, errors = [] } = await gateway.ask(`{ ${aliases.join(' ')} } fragment run on TaskRun { ${fields} }`, {
      as,
    });
    return { data, errors: [...errors] };
  };
  const withoutSignatures = ({ files, ...run }: Pick<RestRun, 'files'>) => ({
    ...run,
    files: files.map((file) => ({ ...file, download_url: unsigned(file.download_url) })),
  });

  it.each(subjects)(`agree field by field on ${runs.length} random runs of seed ${seed} for %s`, async (as) => {
    const found: string[] = [];
    for (let start = 0; start < runs.length; start += 50) {
      const paths = runs
        .slice(start, start + 50)
        .map(({ id, task_id }) => ({ orgId: world.org, projectId: world.project, taskId: task_id, id }));
      const [{ data, errors }, responses] = await Promise.all([
        askGraphql(as, paths),
        Promise.all(paths.map((path) => requestRest(gateway, runUrl(gateway, path), { as }))),
      ]);
      for (const [index, response] of responses.entries()) {
        const run = data[`r${index}`];
        const body = (await response.json()) as RestRun & RestError;
        if (run === null) {
          const { extensions } = errors.find(({ path }) => path![0] === `r${index}`)!;
          expect([response.status, body.detail.reason]).toEqual([extensions.status, extensions.reason]);
        } else {
          expect(response.status).toBe(200);
          expect(withoutSignatures(body)).toEqual(withoutSignatures(toRestNames(run)));
          found.push(run.id);
        }
      }
    }
    // Otherwise both could agree by rejecting everything.
    expect(found).toEqual(runs.filter((run) => isVisible(run, as)).map(({ id }) => id));
  });

  it(`agree on statuses and reasons for any path and subject, files included (seed ${seed})`, async () => {
    const pick = (...ids: string[]) => fc.constantFrom(...ids, world.absent, 'nonsense', ids[0]!.toUpperCase());
    const path = fc.record({
      orgId: pick(world.org, world.otherOrg),
      projectId: pick(world.project, world.siblingProject, world.otherProject),
      taskId: pick(...Object.values(world.taskOf), world.siblingTask, world.otherTask),
      id: pick(...Object.values(world.runOf), world.siblingRun, world.otherRun),
    });
    const likely = fc.constantFrom(...visibilities).map((visibility) => ({
      orgId: world.org,
      projectId: world.project,
      taskId: world.taskOf[visibility],
      id: world.runOf[visibility],
    }));
    const mixed = fc
      .tuple(likely, path, fc.constantFrom('orgId', 'projectId', 'taskId', 'id'))
      .map(([good, any, key]) => ({
        ...good,
        [key]: any[key as keyof RunRequest],
      }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(path, likely, mixed), fc.constantFrom(...subjects), async (asked, as) => {
        const { data, errors } = await askGraphql(as, [asked]);
        const { status, reason } = data.r0 === null ? errors[0]!.extensions : { status: 200, reason: undefined };
        const run = await requestRest(gateway, runUrl(gateway, asked), { as });
        const file = await requestRest(gateway, `${runUrl(gateway, asked)}/file/nothing`, { as });
        expect([run.status, ((await run.json()) as RestError).detail?.reason]).toEqual([status, reason]);
        const expected = status === 200 ? [404, 'FILE_NOT_FOUND'] : [status, reason];
        expect([file.status, ((await file.json()) as RestError).detail.reason]).toEqual(expected);
      }),
      { numRuns: amount(40, 300), seed },
    );
  });
});
