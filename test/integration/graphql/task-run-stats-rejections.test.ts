import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const absent = '01a01e2f-2000-0000-0000-000000000000';

describe('rejected statistics', () => {
  const gateway = useGateway();

  const extensionsOf = async (args: string, as: string = demoSubjects.viewer) => {
    const { status, data, errors } = await gateway.ask(`{ taskRunStats(${args}) { runs } viewer { subject } }`, { as });
    expect(status).toBe(200);
    expect(data).toEqual({ taskRunStats: null, viewer: { subject: as } });
    return errors![0]!.extensions;
  };
  const project = `orgId: "${orgId}", projectId: "${projectId}"`;

  it('return BAD_REQUEST for a malformed id', async () => {
    expect(await extensionsOf(`orgId: "${orgId}", projectId: "nonsense"`)).toMatchObject({
      code: 'BAD_REQUEST',
      argument: 'projectId',
    });
  });

  it('return FORBIDDEN to a stranger, whether or not the task exists', async () => {
    for (const id of [taskId, absent]) {
      expect(await extensionsOf(`${project}, taskId: "${id}"`, demoSubjects.stranger)).toMatchObject({
        code: 'FORBIDDEN',
      });
    }
  });

  it('return NOT_FOUND to a caller who could see the task', async () => {
    expect(await extensionsOf(`${project}, taskId: "${absent}"`)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('return VALIDATION_FAILED for a filter that a list would reject', async () => {
    expect(await extensionsOf(`${project}, filter: { reference: { eq: "a\\u0000" } }`)).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['filter', 'reference', 'eq'] }],
    });
    const range = 'createdAfter: "2026-01-02T00:00:00Z", createdBefore: "2026-01-01T00:00:00Z"';
    expect(await extensionsOf(`${project}, filter: { ${range} }`)).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['filter', 'createdAfter'] }],
    });
  });

  it.each([
    ['groupBy(dimension: USER, first: 0) { runs }', ['groupBy', 'first'], 'must be between 1 and 1,000, not 0'],
    ['groupBy(dimension: USER, first: 1001) { runs }', ['groupBy', 'first'], 'must be between 1 and 1,000, not 1001'],
    [
      'groupBy(dimension: USER, first: 101) { groupBy(dimension: TASK) { runs } }',
      ['groupBy', 'first'],
      'must be lower: the product of nested values must be at most 10,000, not 10,100',
    ],
    ['groupBy(dimension: RESPONSE) { runs }', ['groupBy', 'path'], 'is required to group by RESPONSE'],
    ['groupBy(dimension: RUN_DATA, path: null) { runs }', ['groupBy', 'path'], 'is required to group by RUN_DATA'],
    ['groupBy(dimension: TASK, path: "/a") { runs }', ['groupBy', 'path'], 'must be omitted to group by TASK'],
    ['groupBy(dimension: TASK, path: "") { runs }', ['groupBy', 'path'], 'must be omitted to group by TASK'],
    [
      'groupBy(dimension: SUBMITTED, path: "secret") { runs }',
      ['groupBy', 'path'],
      'must be a JSON Pointer (RFC 6901), such as /items/0/label, of at most 1,000 characters',
    ],
    ['previous { runs }', ['filter', 'createdAfter'], 'is required if `previous` or `change` is selected'],
    [
      'groupBy(dimension: TASK) { change { runs { ratio } } }',
      ['filter', 'createdAfter'],
      expect.stringContaining('`change`'),
    ],
  ])('return VALIDATION_FAILED for %s', async (selection, loc, msg) => {
    const { data, errors } = await gateway.ask(`{ taskRunStats(${project}) { ${selection} } }`, {
      as: demoSubjects.viewer,
    });
    expect(data).toEqual({ taskRunStats: null });
    expect(errors).toMatchObject([{ extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc, msg }] } }]);
  });

  it('return VALIDATION_FAILED without a previous period', async () => {
    const filter = 'filter: { createdAfter: "0001-01-02", createdBefore: "0001-02-01" }';
    const { errors } = await gateway.ask(`{ taskRunStats(${project}, ${filter}) { previous { runs } } }`, {
      as: demoSubjects.viewer,
    });
    expect(errors).toMatchObject([
      {
        extensions: {
          reason: 'VALIDATION_FAILED',
          detail: [{ loc: ['filter', 'createdAfter'], msg: expect.stringContaining('before the year 1') }],
        },
      },
    ]);
  });

  it('return VALIDATION_FAILED for more than 10,000 buckets, empty or not', async () => {
    const series = (from: string) =>
      gateway.ask(
        `{ taskRunStats(${project}, filter: { createdAfter: "${from}", createdBefore: "2026-01-01" }) {
          buckets(by: HOUR, withEmpty: true) { runs } } }`,
        { as: demoSubjects.viewer },
      );
    const { data, errors } = await series('2025-01-01');
    expect(errors).toBeUndefined();
    expect(data.taskRunStats.buckets).toHaveLength(365 * 24);
    for (const from of ['2024-01-01', '0001-01-01']) {
      expect((await series(from)).errors).toMatchObject([
        { extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['filter'] }] } },
      ]);
    }
  });

  it('leave the list they belong to', async () => {
    const { data, errors } = await gateway.ask(
      `{ taskRuns(${project}, first: 1) { nodes { id } stats { buckets(by: DAY, timeZone: "Nowhere/Land") { start } } } }`,
      { as: demoSubjects.viewer },
    );
    expect(data.taskRuns).toEqual({ nodes: [{ id: expect.any(String) }], stats: null });
    expect(errors![0]).toMatchObject({ path: ['taskRuns', 'stats'], extensions: { reason: 'VALIDATION_FAILED' } });
  });
});
