// Buckets at clock changes, in zones with offsets in fractions of an hour, and beyond the bucket limit.

import { type Queries } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { idOf } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, owner } = generated;
const everyHour = idOf(2000);
const everyQuarter = idOf(2001);

/**
 * Creates one task with a run in each of 10,001 hours from 2025 on, and another with a run every quarter of an hour for
 * one day.
 */
async function arrange(database: Queries): Promise<void> {
  await arrangeGeneratedRuns(database, 1);
  for (const [task, interval, count] of [
    [everyHour, '1 hour', 10_001],
    [everyQuarter, '15 minutes', 96],
  ] as const) {
    await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Steady')", [task, projectId]);
    await database.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       SELECT (left($1::text, 14) || lpad(to_hex(n), 4, '0') || right($1::text, 18))::uuid, $1::uuid, $1::uuid, '{}',
         '2025-01-01Z'::timestamptz + n * $2::interval, 1, 2, 3
       FROM generate_series(0, $3 - 1) AS n`,
      [task, interval, count],
    );
  }
}

describe('buckets', () => {
  const gateway = useGateway({ arrange });

  const ask = (selection: string, { task = everyHour, filter = '' } = {}) =>
    gateway.ask(
      `{ taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${task}", filter: {${filter}}) { ${selection} } }`,
      { as: owner },
    );
  const bucketsOf = async (args: string, options: Parameters<typeof ask>[1]) => {
    const { data, errors } = await ask(`buckets(${args}) { start runs }`, options);
    expect(errors).toBeUndefined();
    return data.taskRunStats.buckets.map(({ start, runs }: { start: string; runs: number }) => `${start} ${runs}`);
  };

  it.each([
    ['2025-03-29T23:00:00.000000Z', 23, '2025-03-30T22:00:00.000000Z'],
    ['2025-10-25T22:00:00.000000Z', 25, '2025-10-26T23:00:00.000000Z'],
  ])('the day in Berlin that begins at %s has %i hours', async (start, hours, end) => {
    const filter = `createdAfter: "${start}", createdBefore: "${end}"`;
    expect(await bucketsOf('by: DAY, timeZone: "Europe/Berlin"', { filter })).toEqual([`${start} ${hours}`]);
    const each = await bucketsOf('by: HOUR, timeZone: "Europe/Berlin"', { filter });
    expect(each).toHaveLength(hours);
    expect(each.every((bucket: string) => bucket.endsWith(':00:00.000000Z 1'))).toBe(true);
  });

  it('the week of the change has 167 or 169 hours, from Monday on', async () => {
    const filter = 'createdAfter: "2025-10-19T22:00:00Z", createdBefore: "2025-10-26T23:00:00Z"';
    expect(await bucketsOf('by: WEEK, timeZone: "Europe/Berlin"', { filter })).toEqual([
      '2025-10-19T22:00:00.000000Z 169',
    ]);
    const spring = 'createdAfter: "2025-03-23T23:00:00Z", createdBefore: "2025-03-30T22:00:00Z"';
    expect(await bucketsOf('by: WEEK, timeZone: "Europe/Berlin"', { filter: spring })).toEqual([
      '2025-03-23T23:00:00.000000Z 167',
    ]);
  });

  it('a day begins an hour late where clocks skip midnight', async () => {
    const filter = 'createdAfter: "2025-09-06T04:00:00Z", createdBefore: "2025-09-08T03:00:00Z"';
    expect(await bucketsOf('by: DAY, timeZone: "America/Santiago"', { filter })).toEqual([
      '2025-09-06T04:00:00.000000Z 24',
      '2025-09-07T04:00:00.000000Z 23',
    ]);
  });

  it.each([
    ['UTC', '00:00'],
    ['Asia/Kolkata', '00:30'],
    ['Asia/Kathmandu', '00:15'],
    ['Australia/Eucla', '00:15'],
    ['America/St_Johns', '00:30'],
  ])('hours in %s begin on the full hour of its clocks', async (timeZone, time) => {
    const buckets = await bucketsOf(`by: HOUR, timeZone: "${timeZone}"`, { task: everyQuarter });
    const second = buckets[timeZone === 'UTC' ? 0 : 1];
    expect(second).toBe(`2025-01-01T${time}:00.000000Z 4`);
  });

  it('begin at the same places with any other splits, and side by side', async () => {
    const { data } = await ask(
      `days: buckets(by: DAY, timeZone: "Asia/Kathmandu") { start runs }
      hours: buckets(by: HOUR, timeZone: "Australia/Eucla") { start runs }
      byTask: groupBy(dimension: TASK) { days: buckets(by: DAY, timeZone: "Asia/Kathmandu") { start runs } }`,
      {
        task: everyQuarter,
      },
    );
    const { days, hours, byTask } = data.taskRunStats;
    expect(days).toEqual(byTask[0].days);
    expect(days).toEqual([
      { start: '2024-12-31T18:15:00.000000Z', runs: 73 },
      { start: '2025-01-01T18:15:00.000000Z', runs: 23 },
    ]);
    expect(hours).toHaveLength(25);
  });

  it('take the zone from a variable, and UTC where it is left out', async () => {
    const { taskRunStats } = await gateway.dataOf(
      `query ($by: BucketWidth!, $zone: String!) {
        taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${everyQuarter}") {
          local: buckets(by: $by, timeZone: $zone) { runs } utc: buckets(by: $by) { runs }
        }
      }`,
      { as: owner, variables: { by: 'DAY', zone: 'Asia/Kolkata' } },
    );
    expect(taskRunStats).toEqual({ local: [{ runs: 74 }, { runs: 22 }], utc: [{ runs: 96 }] });
  });

  const rejection = (loc: readonly string[], msg: unknown) => ({
    message: expect.any(String),
    path: ['taskRunStats'],
    locations: expect.anything(),
    extensions: {
      code: 'UNPROCESSABLE_ENTITY',
      status: 422,
      reason: 'VALIDATION_FAILED',
      detail: [{ loc, msg, type: 'value_error' }],
    },
  });

  it.each(['', 'Europe/Atlantis', 'Foo/Bar3', 'CET', '+01:00', 'ABC-3', 'Europe/Berlin\\u0000', 'utc', "Etc/'; --"])(
    'reject the time zone “%s”',
    async (timeZone) => {
      const { data, errors } = await ask(`buckets(by: DAY, timeZone: "${timeZone}") { start }`);
      expect(data.taskRunStats).toBeNull();
      expect(errors).toEqual([
        rejection(['buckets', 'timeZone'], expect.stringContaining('must be UTC or an IANA time zone')),
      ]);
    },
  );

  it('fail beyond 10,000 groups and buckets, but may be longer', async () => {
    const { errors } = await ask('buckets(by: HOUR) { start }');
    expect(errors).toEqual([rejection(['filter'], expect.stringContaining('10,000'))]);
    const { errors: fewer } = await ask('buckets(by: HOUR) { start }', {
      filter: 'createdAfter: "2025-01-01T02:00:00Z"',
    });
    expect(fewer).toBeUndefined();
    const { data } = await ask('buckets(by: DAY) { start }');
    expect(data.taskRunStats.buckets).toHaveLength(417);
  });

  it('fail when they would take more than half a million fields together', async () => {
    // 417 days plus all runs together make 418 values per field.
    const buckets = (count: number) =>
      `buckets(by: DAY) { ${Array.from({ length: count }, (_, index) => `r${index}: runs`).join(' ')} }`;
    const statistics = (count: number) =>
      `taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${everyHour}") { ${buckets(count)} }`;
    const queryFor = (names: number) =>
      gateway.ask(`{ ${Array.from({ length: names }, (_, index) => `s${index}: ${statistics(390)}`).join(' ')} }`, {
        as: owner,
      });
    expect((await queryFor(3)).errors).toBeUndefined();
    expect((await queryFor(4)).errors).toMatchObject([{ extensions: { status: 422, detail: [{ loc: ['filter'] }] } }]);
  });

  it('fail in more than 16 ways at once', async () => {
    // The set of all runs counts as one grouping, and each of these as another.
    const ways = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const timeZone = `Etc/GMT+${1 + (index % 12)}`;
        return `b${index}: buckets(by: ${index < 12 ? 'DAY' : 'WEEK'}, timeZone: "${timeZone}") { runs }`;
      }).join(' ');
    expect((await ask(`again: ${ways(1).slice(3)} ${ways(15)}`, { task: everyQuarter })).errors).toBeUndefined();
    const { errors } = await ask(ways(16), { task: everyQuarter });
    expect(errors).toEqual([rejection(['buckets'], expect.stringContaining('16'))]);
  });

  it('stay out when a fragment of another type names them', async () => {
    const { data, errors } = await ask(
      `buckets(by: DAY) { runs ... on TaskRunMeasures { ... on TaskRunStats { buckets(by: DAY, timeZone: "Nowhere/Land") { runs } } } }`,
      { task: everyQuarter },
    );
    expect(errors).toBeUndefined();
    expect(data.taskRunStats).toEqual({ buckets: [{ runs: 96 }] });
  });
});
