import { databaseKinds } from '../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

describe.each(databaseKinds)('what a list of task runs refuses on the %s database', (kind) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(kind, { arrange: arrangeGeneratedRuns });
  });
  afterAll(() => gateway.close());

  const ask = (args: string, variables?: Record<string, unknown>, head = '') =>
    gateway.ask(`query ${head} { taskRuns(${project}${args}) { nodes { id } totalCount } }`, {
      as: owner,
      ...(variables ? { variables } : {}),
    });
  const refusalOf = async (args: string) => {
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

  it('more than 20 lists and statistics in one operation', async () => {
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

  const long = 'x'.repeat(10_000);
  it.each([
    [', first: 0', 'first'],
    [', first: 101', 'first'],
    [', first: -1', 'first'],
    [', last: 0', 'last'],
    [', last: 101', 'last'],
    [', first: 1, last: 1', 'last'],
    [', after: ""', 'after'],
    [', after: "nonsense"', 'after'],
    [', before: "bnVsbA"', 'before'],
    [`, after: "${long}"`, 'after'],
    [', filter: { reference: { in: [] } }', 'filter.reference.in'],
    [`, filter: { contextId: { in: ["${'a", "'.repeat(100)}"] } }`, 'filter.contextId.in'],
    [`, filter: { reference: { startsWith: "${long}" } }`, 'filter.reference.startsWith'],
    [`, filter: { contextId: { eq: "${'ä'.repeat(65)}" } }`, 'filter.contextId.eq'],
    [', filter: { reference: { in: ["a\\u0000"] } }', 'filter.reference.in'],
    [', filter: { reportingGroupName: "\\u0000" }', 'filter.reportingGroupName'],
    [`, filter: { primaryFailureReasonContains: "${long}" }`, 'filter.primaryFailureReasonContains'],
    [', filter: { createdAfter: "2025-02-30T00:00:00Z" }', 'filter.createdAfter'],
    [', filter: { createdBefore: "0000-01-01T00:00:00Z" }', 'filter.createdBefore'],
    [', filter: { createdBefore: "2025-01-01T25:00:00Z" }', 'filter.createdBefore'],
    [
      ', filter: { createdAfter: "2025-01-01T00:00:00.1Z", createdBefore: "2025-01-01T00:00:00.09Z" }',
      'filter.createdAfter',
    ],
    [`, filter: { minChargedCredits: "${'9'.repeat(1000)}" }`, 'filter.minChargedCredits'],
  ])('%s: named by its argument', async (args, argument) => {
    const before = await gateway.statements();
    expect(await refusalOf(args)).toBe(argument);
    expect(await gateway.statements()).toEqual(before);
  });

  it.each(['taskRevisionId', 'reportingGroupId', 'userId', 'fallbackLlmModelId'])(
    'a malformed %s in the filter, as in the path',
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

    it('that was altered anywhere', async () => {
      const cursor = await cursorOf('');
      expect((await ask(`, after: "${cursor}"`)).errors).toBeUndefined();
      const altered = [
        ...[...cursor].map(
          (letter, index) => cursor.slice(0, index) + (letter === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
        ),
        `${cursor}=`,
        ` ${cursor}`,
        cursor.slice(0, -1),
        `${cursor}A`,
      ];
      for (const text of altered) expect(await refusalOf(`, after: "${text}"`)).toBe('after');
    });

    it('whose place was made up with no such moment', async () => {
      for (const created of ['2025-13-01T00:00:00.000000Z', "2025-01-01T00:00:00.000000Z'", 'infinity']) {
        const text = Buffer.from(`1 ${created} ${taskId} 0123456789abcdef`).toString('base64url');
        expect(await refusalOf(`, before: "${text}"`)).toBe('before');
      }
    });

    it('of another order, filter, task or project', async () => {
      const cursor = await cursorOf(', filter: { status: FAIL }');
      for (const args of [
        '',
        ', filter: { status: SUCCESS }',
        ', filter: { status: FAIL, hasFiles: true }',
        ', filter: { status: FAIL }, orderBy: CREATED_ASC',
        `, filter: { status: FAIL }, taskId: "${taskId}"`,
        `, filter: { status: FAIL }, taskId: "${otherTaskId}"`,
      ]) {
        expect(await refusalOf(`${args}, after: "${cursor}"`)).toBe('after');
      }
    });

    it('but takes one of the same list that is written otherwise', async () => {
      const cursor = await cursorOf(', filter: { hasFiles: true, createdAfter: "2025-01-01T00:00:00Z" }');
      const same = `, orderBy: CREATED_DESC, filter: { createdAfter: "2025-01-01T00:00:00.000Z", userId: null, hasFiles: true }`;
      expect((await ask(`${same}, after: "${cursor}", first: 7`)).errors).toBeUndefined();
    });
  });

  it('nothing that is merely without effect', async () => {
    const all = ', filter: { reference: {}, minLlmRetries: -1, minTotalTokens: -5, status: null, contextId: null }';
    expect((await ask(all)).data.taskRuns.totalCount).toBe(240);
    const none = ', filter: { createdAfter: "2025-03-01T00:00:00Z", createdBefore: "2025-03-01T00:00:00Z" }';
    expect((await ask(none)).data.taskRuns.totalCount).toBe(0);
  });
});
