import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, owner } = generated;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const start = Date.parse('2025-03-01T03:00:00.250Z');
const hour = 60 * 60 * 1000;

describe('the filter of runs by date', () => {
  const gateway = useGateway({ arrange: arrangeGeneratedRuns, clock: { at: start } });
  afterEach(() => gateway.setClock({ at: start }));

  const page = async (args: string) =>
    (
      await gateway.dataOf(
        `{ taskRuns(${project}, ${args}) { nodes { created } pageInfo { hasNextPage endCursor startCursor } totalCount } }`,
        { as: owner },
      )
    ).taskRuns;
  const errorOf = async (args: string) =>
    (await gateway.ask(`{ taskRuns(${project}, ${args}) { totalCount } }`, { as: owner })).errors![0]!.extensions;

  it.each([
    ['2025-03-01T02:00:00.0072Z', '2025-03-01T02:00:00.007200Z'],
    ['2025-03-01T02:00:00.007201Z', '2025-03-01T02:01:00.007260Z'],
    ['2025-03-01T04:00:00.007200999+02:00', '2025-03-01T02:00:00.007200Z'],
    ['20250301t000000,0072-0200', '2025-03-01T02:00:00.007200Z'],
    ['2025-03-01 02:00:00.007200+00', '2025-03-01T02:00:00.007200Z'],
    ['20250301T02', '2025-03-01T02:00:00.007200Z'],
    ['-1h', '2025-03-01T02:01:00.007260Z'],
    ['2 HOURS AGO', '2025-03-01T01:01:00.003660Z'],
  ])('begins, from %s, at %s', async (createdAfter, first) => {
    const args = `filter: { createdAfter: "${createdAfter}" }, first: 1, orderBy: CREATED_ASC`;
    expect((await page(args)).nodes).toEqual([{ created: first }]);
  });

  it.each(['first', 'last'])(
    'selects, relative to now, the same list on every page, requested with %s',
    async (from) => {
      const filter = 'filter: { createdAfter: "-1h", createdBefore: "now" }';
      const { totalCount } = await page(filter);
      const dates: string[] = [];
      let cursor = '';
      for (let index = 0; ; index += 1) {
        const { nodes, pageInfo, totalCount: count } = await page(`${filter}, ${from}: 25${cursor}`);
        dates.push(...nodes.map(({ created }: { created: string }) => created));
        expect(count).toBe(totalCount);
        if (nodes.length < 25) break;
        cursor = from === 'first' ? `, after: "${pageInfo.endCursor}"` : `, before: "${pageInfo.startCursor}"`;
        await gateway.setClock({ at: start + (index + 1) * 10 * 60_000 });
      }
      expect([dates.length, new Set(dates).size]).toEqual([totalCount, totalCount]);
      expect(totalCount).toBe(60);
      // Without a cursor, the list refers to another time.
      const { nodes } = await page(`${filter}, first: 1`);
      expect(nodes[0].created > '2025-03-01T03:00').toBe(true);
    },
  );

  it('keeps relative dates in cursors as they were written, with one reference time', async () => {
    const list = (createdAfter: string, more = '') => `filter: { createdAfter: "${createdAfter}" }, first: 1${more}`;
    const { endCursor } = (await page(list('-1h'))).pageInfo;
    await gateway.setClock({ at: start + hour });
    const { startCursor } = (await page(list('-1h'))).pageInfo;
    for (const [args, loc] of [
      [list('60 minutes ago', `, after: "${endCursor}"`), undefined],
      [list('1 hour ago', `, after: "${endCursor}"`), 'after'],
      [list('2025-03-01T02:00:00.25Z', `, after: "${endCursor}"`), 'after'],
      [list('-1h', `, after: "${endCursor}", before: "${startCursor}"`), 'before'],
    ] as const) {
      const { detail, reason } = await errorOf(args);
      expect([args, detail?.[0].loc ?? reason]).toEqual([args, loc ? [loc] : 'GRAPHQL_VALIDATION_FAILED']);
    }
  });

  it('takes one reference time for a whole operation', async () => {
    const filter = 'filter: { createdBefore: "now" }';
    const { list, stats } = await gateway.dataOf(
      `{ list: taskRuns(${project}, ${filter}) { totalCount } stats: taskRunStats(${project}, ${filter}) { runs } }`,
      { as: owner },
    );
    expect([list.totalCount, stats.runs]).toEqual([181, 181]);
  });

  it.each([
    ['2025-02-29', 'is invalid: 2025-02 has the days 01 to 28'],
    ['2025-03-01T24:30Z', 'is invalid: its hour may be 24 only in 24:00:00, the end of the day'],
    ['1000000 days ago', 'is invalid: its year must be from 0001 to 9999 in UTC'],
  ])('rejects %s, which does not exist, by an error of the list', async (createdAfter, msg) => {
    const extensions = await errorOf(`filter: { createdAfter: "${createdAfter}" }`);
    expect(extensions).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['filter', 'createdAfter'], msg }],
    });
  });

  it('rejects another form with the accepted ones, and its location in the document', async () => {
    const { errors } = await gateway.ask(
      `{\n  taskRuns(${project},\n  filter: { createdAfter: "tomorrow" }) { totalCount } }`,
      {
        as: owner,
      },
    );
    expect(errors![0]).toMatchObject({
      message: expect.stringContaining(
        'DateTime cannot represent the value: it must be an RFC 3339 or ISO 8601 date-time',
      ),
      locations: [{ line: 3, column: 27 }],
    });
  });

  it.each(['0.07', '.07', '7e-2', '"0.07"', '"+.07"'])(
    'costing at least %s: as a literal and as a variable',
    async (decimal) => {
      const count = async (value: string, variables?: Record<string, unknown>) =>
        (
          await gateway.dataOf(
            `query ${variables ? '($min: Decimal)' : ''} { taskRuns(${project}, filter: { minChargedCredits: ${value} }) { totalCount } }`,
            { as: owner, ...(variables ? { variables } : {}) },
          )
        ).taskRuns.totalCount;
      const counts = [await count('$min', { min: JSON.parse(decimal.replace(/^\./, '0.')) })];
      // A GraphQL number needs a digit before the point.
      if (!decimal.startsWith('.')) counts.push(await count(decimal));
      expect(new Set(counts)).toEqual(new Set([207]));
    },
  );
});
