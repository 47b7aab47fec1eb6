import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createDemoRuns } from '../../../src/demo/data/fill-demo-data.js';
import { requestEntities } from '../../support/entities.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const runs = createDemoRuns()
  .filter(({ run }) => run.taskId === taskId)
  .map(({ run }) => run);
const byId = runs.map(({ id }) => ({ __typename: 'TaskRun', id }));
const byPath = runs.map(({ id }) => ({ __typename: 'TaskRun', orgId, projectId, taskId, id }));
const groups = [...new Set(runs.map(({ reportingGroupId }) => reportingGroupId).filter(Boolean))].map((id) => ({
  __typename: 'ReportingGroup',
  id,
}));
const repeated = <T>(list: readonly T[], count: number) =>
  Array.from({ length: count }, (_, index) => list[index % list.length]);
const full = `... on TaskRun { id taskId response runData submitted created chargedCredits reportingGroup { id name }
  files { name downloadUrl } } ... on ReportingGroup { id name description }`;

describe('the statements behind _entities', () => {
  const gateway = useOwnGateway();

  const statementsOf = async (representations: readonly unknown[], fragments = full) => {
    let answer!: GraphqlResponse;
    const statements = await gateway.statementsOf(async () => {
      answer = await requestEntities(gateway, representations, fragments, { as: demoSubjects.viewer });
    });
    expect(answer.errors).toBeUndefined();
    expect(answer.data._entities).toHaveLength(representations.length);
    expect(answer.data._entities).not.toContain(null);
    return statements;
  };

  // A statement reads up to 64 runs, so that no request holds up the others.
  const runStatements = (count: number) => Math.ceil(Math.min(count, byPath.length) / 64);

  it.each([1, 10, 300])('read 64 runs each, of %i runs by their path', async (count) => {
    expect(await statementsOf(repeated(byPath, count))).toEqual({ task_runs_by_path: runStatements(count) });
  });

  it.each([1, 10, 300])('number one more for %i runs by their id', async (count) => {
    const statements = await statementsOf(repeated(byId, count));
    expect(statements).toEqual({ task_run_paths_by_id: 1, task_runs_by_path: runStatements(count) });
  });

  it.each([1, 300])('number one for %i reporting groups', async (count) => {
    expect(await statementsOf(repeated(groups, count))).toEqual({ reporting_groups_for_subject: 1 });
  });

  it('stay the same with stubs', async () => {
    const stubs =
      '... on TaskRun { organization { id } project { id } task { id } user { id } fallbackLlmModel { id } }';
    expect(await statementsOf(repeated(byPath, 10), stubs)).toEqual({ task_runs_by_path: 1 });
  });

  const rejected = {
    path: ['_entities'],
    extensions: {
      ...{ code: 'UNPROCESSABLE_ENTITY', status: 422, reason: 'VALIDATION_FAILED' },
      detail: [{ loc: ['representations'], type: 'too_long', msg: expect.stringContaining('300') }],
    },
  };

  it('stay away for more entities than the limit', async () => {
    const before = await gateway.statements();
    const { data, errors } = await requestEntities(gateway, repeated(byId, 301), full, { as: demoSubjects.viewer });
    expect(data).toBeNull();
    expect(errors).toEqual([expect.objectContaining(rejected)]);
    expect(await gateway.statements()).toEqual(before);
  });

  it('stay within the limit of the operation in spite of aliases', async () => {
    const alias = (name: string) =>
      `${name}: _entities(representations: $representations) { ... on TaskRun { id response } }`;
    const query = `query ($representations: [_Any!]!) { ${['a', 'b', 'c'].map(alias).join(' ')} }`;
    for (let time = 0; time < 6; time += 1) {
      const ask = (count: number) =>
        gateway.ask(query, {
          as: demoSubjects.viewer,
          variables: { representations: repeated(byId, count) },
        });
      expect((await ask(100)).errors).toBeUndefined();
      const { data, errors } = await ask(101);
      expect(data).toBeNull();
      expect(errors).toEqual([expect.objectContaining({ ...rejected, path: ['c'] })]);
    }
  });

  it('count once towards the limit, also where an internal error makes the operation run a second time', async () => {
    const ask = () => requestEntities(gateway, repeated(byPath, 200), full, { as: demoSubjects.viewer });
    for (let time = 0; time < 5; time += 1) await ask();
    await gateway.setClock({ breaks: 'broken' });
    const { data, errors } = await ask().finally(() => gateway.setClock({}));
    expect(data._entities).toHaveLength(200);
    expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
  });
});
