// Lists whose pages end after a few scanned runs, read completely in both directions and compared with handwritten SQL.

import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { enumValues } from '../support/committed-schema.js';
import { arrangeJson, type FilterCase, filterCases } from '../support/filter-cases.js';
import { amount, seed } from '../support/generated.js';
import { arrangeManyRuns, createdOf, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { useOwnGateway } from '../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const count = 40_000;
const maxScannedRuns = 500;
/** So few that pages end early even if their filter is tested only on index entries. */
const maxScannedEntries = { maxScannedRuns: 10, count: 3000 };
const combinations = amount(20, 200);
const groupSize = 10;

const callers = {
  'all of a project': { as: owner, ids: [taskId, otherTaskId], own: null },
  'all of a task': { as: owner, ids: [taskId], own: null },
  'its own of a task': { as: users[2], ids: [taskId], own: users[2] },
  'all of a task and its own of another': { as: users[0], ids: [taskId, otherTaskId], own: users[0] },
} as const;
type Scope = keyof typeof callers;

interface List {
  readonly scope: Scope;
  readonly filter: object;
  /** The filter as SQL over `run`. */
  readonly sql: string;
  readonly orderBy: string;
  readonly size: number;
}

const sqlByOrder: Readonly<Record<string, string>> = {
  CREATED: 'run.created',
  LLM_CALL_TIMING: 'run.llm_call_timing',
  CHARGED_CREDITS: 'run.charged_credits',
  TOTAL_TOKENS: 'run.total_tokens',
  LLM_RETRIES: 'coalesce(run.llm_retries, 0)',
};

/** The number of pages that ended in each way. */
interface Ends {
  full: number;
  incomplete: number;
  empty: number;
}

function generateLists(): List[] {
  const random = createRandom(seededSource(seed));
  const orders = enumValues('TaskRunOrder');
  return Array.from({ length: combinations }, () => {
    const each = random.pick(filterCases);
    const length = random.pick([200, 1500, 4000, 12_000]);
    const first = random.integer(0, count - length);
    const window = { createdAfter: createdOf(first), createdBefore: createdOf(first + length) };
    return {
      scope: random.pick(Object.keys(callers) as Scope[]),
      filter: { AND: [each.filter, window] },
      sql: `(${each.sql}) AND run.created >= '${window.createdAfter}' AND run.created < '${window.createdBefore}'`,
      // No index provides an order by a value, so all runs of the list are read for each page.
      orderBy: random.chance(80) ? random.pick(['CREATED_DESC', 'CREATED_ASC']) : random.pick(orders),
      size: random.pick([1, 7, 50, 100]) + (length > 1500 ? 30 : 0),
    };
  }).map((item) => ({ ...item, size: Math.min(item.size, 100) }));
}

/** Starts a gateway with generated runs for a describe, and returns functions that compare its lists with SQL. */
function useLists(options: { readonly maxScannedRuns: number; readonly count: number }) {
  const gateway = useOwnGateway({
    maxScannedRuns: options.maxScannedRuns,
    async arrange(database) {
      await arrangeManyRuns(database, options.count, () => database.query(arrangeJson, [[taskId, otherTaskId]]));
      for (const [task, user, role] of [
        [taskId, users[2], 'viewer'],
        [taskId, users[0], 'viewer'],
        [otherTaskId, users[0], 'owner'],
      ]) {
        await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, $3)", [task, user, role]);
      }
    },
  });

  const visibleIn = (scope: Scope) => {
    const { ids, own } = callers[scope];
    const isOwn =
      own === null ? 'true' : `(run.user_id = '${own}'${ids.length > 1 ? ` OR run.task_id = '${otherTaskId}'` : ''})`;
    return `run.task_id = ANY ('{${ids.join()}}') AND ${isOwn}`;
  };

  async function expectedOf({ scope, sql, orderBy }: List): Promise<string[]> {
    const [, name, direction] = /^(.+)_(DESC|ASC)$/.exec(orderBy)!;
    const value = sqlByOrder[name!];
    const further = name === 'CREATED' ? `run.id ${direction}` : 'run.created DESC, run.id DESC';
    const rows = await gateway.query(
      `SELECT run.id FROM task_run AS run WHERE ${visibleIn(scope)} AND (${sql}) ORDER BY ${value} IS NULL, ${value} ${direction}, ${further}`,
    );
    return rows.map(({ id }: { readonly id: string }) => id);
  }

  /** @param between called between two pages */
  async function walk(list: List, isBackward: boolean, between: () => Promise<unknown> = async () => {}) {
    const { as, ids: tasks } = callers[list.scope];
    const [size, from] = isBackward ? ['last', 'before'] : ['first', 'after'];
    const query = `query ($filter: TaskRunFilter, $orderBy: TaskRunOrder!, $cursor: String) {
      taskRuns(orgId: "${orgId}", projectId: "${projectId}"${tasks.length === 1 ? `, taskId: "${taskId}"` : ''},
        filter: $filter, orderBy: $orderBy, ${size}: ${list.size}, ${from}: $cursor) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } scan { isComplete scannedTo } } }`;
    const ids: string[] = [];
    const ends: Ends = { full: 0, incomplete: 0, empty: 0 };
    for (let cursor: string | null = null, hasMore = true; hasMore; ) {
      const variables = { filter: list.filter, orderBy: list.orderBy, cursor };
      const { taskRuns } = await gateway.dataOf(query, { as, variables });
      const { nodes, pageInfo, scan } = taskRuns;
      const page = nodes.map(({ id }: { readonly id: string }) => id);
      ids.splice(isBackward ? 0 : ids.length, 0, ...page);
      hasMore = isBackward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
      cursor = isBackward ? pageInfo.startCursor : pageInfo.endCursor;
      const isFull = page.length === list.size;
      expect({ list, scan }).toEqual({
        list,
        scan: { isComplete: isFull || !hasMore, scannedTo: isFull || !hasMore ? null : expect.any(String) },
      });
      if (hasMore) {
        expect(cursor).toEqual(expect.any(String));
        ends[isFull ? 'full' : page.length === 0 ? 'empty' : 'incomplete'] += 1;
        await between();
      }
    }
    return { ids, ends };
  }

  /** Reads several lists at the same time, and adds the ends of their pages. */
  async function expectWalked(lists: readonly List[], ended: Ends): Promise<void> {
    await Promise.all(
      lists.map(async (list) => {
        const expected = await expectedOf(list);
        for (const isBackward of [false, true]) {
          const { ids, ends } = await walk(list, isBackward);
          expect({ list, isBackward, ids }).toEqual({ list, isBackward, ids: expected });
          for (const end of ['full', 'incomplete', 'empty'] as const) ended[end] += ends[end];
        }
      }),
    );
  }

  return { gateway, expectedOf, walk, expectWalked };
}

/** Generates lists from conditions that index entries decide, individually and combined. */
function generateEntryLists(): List[] {
  const random = createRandom(seededSource(seed));
  const { count } = maxScannedEntries;
  const cases = filterCases.filter(({ filter }) => !/response|submitted|runData|search/i.test(JSON.stringify(filter)));
  const pick = () => random.pick(cases);
  const combine: readonly (() => FilterCase)[] = [
    pick,
    () => both(pick(), pick()),
    () => both(both(pick(), pick()), pick()),
    () => either(pick(), pick()),
    () => both(pick(), either(pick(), pick())),
    () => both(pick(), not(pick())),
    () => ({ filter: { taskRevisionId: idOf(1) }, sql: 'false' }),
    () => both({ filter: { minChargedCredits: '1000000' }, sql: 'false' }, pick()),
    () => both({ filter: { primaryFailureReasonContains: 'absent' }, sql: 'false' }, pick()),
  ];
  return Array.from({ length: combinations * 2 }, () => {
    const { filter, sql } = random.pick(combine)();
    const length = random.pick([100, 600]);
    const first = random.integer(0, count - length);
    const window = { createdAfter: createdOf(first), createdBefore: createdOf(first + length) };
    return {
      scope: random.pick(Object.keys(callers) as Scope[]),
      filter: random.chance(50) ? { AND: [filter], ...window } : { AND: [filter, window] },
      sql: `(${sql}) AND run.created >= '${window.createdAfter}' AND run.created < '${window.createdBefore}'`,
      orderBy: random.pick(['CREATED_DESC', 'CREATED_ASC']),
      size: random.pick([1, 7, 50, 100]),
    };
  });
}

function both(one: FilterCase, other: FilterCase): FilterCase {
  return { filter: { AND: [one.filter, other.filter] }, sql: `(${one.sql}) AND (${other.sql})` };
}

function either(one: FilterCase, other: FilterCase): FilterCase {
  return {
    filter: { OR: [one.filter, other.filter] },
    sql: `coalesce(${one.sql}, false) OR coalesce(${other.sql}, false)`,
  };
}

function not({ filter, sql }: FilterCase): FilterCase {
  return { filter: { NOT: filter }, sql: `NOT coalesce(${sql}, false)` };
}

/** @param minEnds more than this number of pages must end in each way */
function walkLists(
  lists: ReturnType<typeof generateLists>,
  expectWalked: ReturnType<typeof useLists>['expectWalked'],
  minEnds: number,
): void {
  const groups = Array.from({ length: lists.length / groupSize }, (_, index) => index * groupSize);
  const ended: Ends = { full: 0, incomplete: 0, empty: 0 };

  it.each(groups)(
    'contain each run once, in order, in both directions: %i to the next ten',
    (first) => expectWalked(lists.slice(first, first + groupSize), ended),
    600_000,
  );

  it('end pages in every way', () => {
    expect(Math.min(...Object.values(ended))).toBeGreaterThan(minEnds);
  });
}

describe(`lists by index entries of which ${maxScannedEntries.maxScannedRuns} runs are scanned (seed ${seed})`, () => {
  const { expectWalked } = useLists(maxScannedEntries);
  walkLists(generateEntryLists(), expectWalked, amount(10, 100));
});

describe(`lists of which ${maxScannedRuns} runs are scanned for a page (of ${count} runs, seed ${seed})`, () => {
  const { gateway, expectedOf, walk, expectWalked } = useLists({ maxScannedRuns, count });
  walkLists(generateLists(), expectWalked, amount(1, 50));

  it.each(Object.keys(callers) as Scope[])(
    'keep existing runs while others are inserted: %s',
    async (scope) => {
      const window = { createdAfter: createdOf(30_000), createdBefore: createdOf(34_000) };
      const list = {
        ...{ scope, orderBy: 'CREATED_DESC', size: 40 },
        // A tenth of them, contiguously.
        filter: { ...window, submitted: [{ path: '/n', gte: 32_000, lt: 32_400 }] },
        sql: `run.created >= '${window.createdAfter}' AND run.created < '${window.createdBefore}'
        AND (run.run_data -> 'submitted' ->> 'n')::integer BETWEEN 32000 AND 32399`,
      };
      const before = await expectedOf(list);
      expect(before.length).toBeGreaterThan(50);
      let inserted = 0;
      const insert = async () => {
        const from = inserted;
        inserted += 30;
        await gateway.query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
         SELECT gen_random_uuid(), ($1::uuid[])[1 + n % 2], $2, '{"submitted": {"n": 32100}}',
           $3::timestamptz + (n * 7919 % 4000) * interval '1 minute', 1, 1, 2, $4
         FROM generate_series($5::integer, $5 + 29) AS n`,
          [[taskId, otherTaskId], idOf(1), window.createdAfter, callers[scope].own ?? users[1], from],
        );
      };
      for (const isBackward of [false, true]) {
        const { ids } = await walk(list, isBackward, insert);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set(before);
        expect(ids.filter((id) => known.has(id))).toEqual(before);
      }
      expect(inserted).toBeGreaterThan(100);
    },
    240_000,
  );

  it('count as far as their scan leads', async () => {
    const filter = { response: [{ path: '/tags', contains: 'b' }] };
    const countUpTo = async (max: number, further: object = {}) => {
      const { taskRuns } = await gateway.dataOf(
        `query ($filter: TaskRunFilter, $max: Int!) { taskRuns(orgId: "${orgId}", projectId: "${projectId}", filter: $filter) {
          countUpTo(max: $max) { count isExact } totalCount } }`,
        { as: owner, variables: { filter: { ...filter, ...further }, max } },
      );
      return taskRuns;
    };
    expect((await countUpTo(20)).countUpTo).toEqual({ count: 20, isExact: false });
    const { countUpTo: partial, totalCount } = await countUpTo(10_000);
    expect(partial.isExact).toBe(false);
    expect(partial.count).toBeGreaterThan(20);
    expect(totalCount).toBeGreaterThan(partial.count);
    const few = await countUpTo(10_000, { createdAfter: createdOf(count - 200) });
    expect(few.countUpTo).toEqual({ count: few.totalCount, isExact: true });
    expect((await countUpTo(100_000, { response: undefined })).countUpTo).toMatchObject({ isExact: true });
  });
});
