import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

describe('a list of task runs', () => {
  const gateway = useGateway({ arrange: arrangeGeneratedRuns });

  const ask = (args: string, variables?: Record<string, unknown>, head = '') =>
    gateway.ask(`query ${head} { taskRuns(${project}${args}) { nodes { id } totalCount } }`, {
      as: owner,
      ...(variables ? { variables } : {}),
    });
  const rejectionOf = async (args: string) => {
    const { status, errors } = await ask(args);
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    expect(errors![0]!.path).toEqual(['taskRuns']);
    const { code, status: restStatus, reason, detail } = errors![0]!.extensions;
    expect({ code, restStatus, reason }).toEqual({
      code: 'UNPROCESSABLE_ENTITY',
      restStatus: 422,
      reason: 'VALIDATION_FAILED',
    });
    expect(detail).toHaveLength(1);
    expect(detail[0].msg).toEqual(expect.any(String));
    return detail[0].loc.join('.');
  };

  it('rejects more than 20 lists and statistics in one operation', async () => {
    const aliases = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        index % 2
          ? `l${index}: taskRuns(${project}, first: 1) { nodes { id } }`
          : `s${index}: taskRunStats(${project}) { runs }`,
      );
    expect(await gateway.dataOf(`{ ${aliases(20)} }`, { as: owner })).toHaveProperty('s18.runs');
    const { data, errors } = await gateway.ask(`{ ${aliases(21)} }`, { as: owner });
    expect(data.s20).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      path: ['s20'],
      extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['query'] }] },
    });
  });

  // The individual rules are tested in test/unit/task-runs: page-request, cursor and run-filter.
  it.each([
    [', first: 101', 'first'],
    [', first: 1, last: 1', 'last'],
    [', before: "bnVsbA"', 'before'],
    [', filter: { reference: { in: ["a\\u0000"] } }', 'filter.reference.in'],
    [', filter: { createdBefore: "0000-01-01T00:00:00Z" }', 'filter.createdBefore'],
  ])('rejects by the name of its argument: %s', async (args, argument) => {
    const ask = async () => expect(await rejectionOf(args)).toBe(argument);
    expect(await gateway.statementsOf(ask)).toEqual({});
  });

  it.each(['taskRevisionId', 'reportingGroupId', 'userId', 'fallbackLlmModelId'])(
    'rejects a malformed %s in the filter, as in the path',
    async (name) => {
      const { errors } = await ask(`, filter: { ${name}: "nonsense" }`);
      expect(errors![0]!.extensions).toEqual({
        code: 'BAD_REQUEST',
        status: 400,
        reason: 'MALFORMED_RESOURCE_IDENTIFIER',
        argument: `filter.${name}`,
      });
    },
  );

  describe('a cursor', () => {
    const cursorOf = async (args: string) => {
      const { taskRuns } = await gateway.dataOf(
        `{ taskRuns(${project}${args}, first: 1) { pageInfo { endCursor } } }`,
        { as: owner },
      );
      return taskRuns.pageInfo.endCursor as string;
    };

    it('from another order, filter, task or project fails', async () => {
      const cursor = await cursorOf(', filter: { status: FAIL }');
      for (const args of [
        '',
        ', filter: { status: SUCCESS }',
        ', filter: { status: FAIL, hasFiles: true }',
        ', filter: { status: FAIL }, orderBy: CREATED_ASC',
        `, filter: { status: FAIL }, taskId: "${taskId}"`,
        `, filter: { status: FAIL }, taskId: "${otherTaskId}"`,
      ]) {
        expect(await rejectionOf(`${args}, after: "${cursor}"`)).toBe('after');
      }
    });

    it('from the same list, written differently, passes', async () => {
      const cursor = await cursorOf(', filter: { hasFiles: true, createdAfter: "2025-01-01T00:00:00Z" }');
      const same = `, orderBy: CREATED_DESC, filter: { createdAfter: "2025-01-01T00:00:00.000Z", userId: null, hasFiles: true }`;
      expect((await ask(`${same}, after: "${cursor}", first: 7`)).errors).toBeUndefined();
    });
  });

  it('accepts conditions without effect', async () => {
    const all = ', filter: { reference: {}, minLlmRetries: -1, minTotalTokens: -5, status: null, contextId: null }';
    expect((await ask(all)).data.taskRuns.totalCount).toBe(240);
    const none = ', filter: { createdAfter: "2025-03-01T00:00:00Z", createdBefore: "2025-03-01T00:00:00Z" }';
    expect((await ask(none)).data.taskRuns.totalCount).toBe(0);
  });
});
