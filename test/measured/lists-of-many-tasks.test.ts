// Lists of projects and an organization with many more tasks than a page has runs, so that only the leading tasks are
// read. Read completely in both directions and from cursors in the middle, and compared with handwritten SQL.

import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { arrangeJson, type FilterCase, filterCases } from '../support/filter-cases.js';
import { amount, seed } from '../support/generated.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { idOf, idPrefix } from '../support/permission-world.js';
import { useOwnGateway } from '../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, users } = generated;
const count = amount(3000, 12_000);
const lists = amount(24, 200);
const taskCount = 300;
const firstTask = 0x5000;
const taskAt = (index: number) => idOf(firstTask + index);
/** Every fourth task is in the same project. */
const projects = [projectId, idOf(0x4001), idOf(0x4002), idOf(0x4003)];
/** Runs are created in so many minutes, each with runs of several tasks. */
const times = Math.ceil(count / 8);
const timeAt = (minute: number) => new Date(Date.UTC(2025, 2, 1) + minute * 60_000).toISOString();

interface Caller {
  readonly as: string;
  /** SQL over `run` and `task`. */
  readonly sees: string;
}

const ownOrShared = (user: string) => `(task.run_visibility = 'all_viewers' OR run.user_id = '${user}')`;
const fewTasks = [0, 7, 200].map(taskAt);
const callers: Readonly<Record<string, Caller>> = {
  'an owner': { as: 'owner-of-many-tasks', sees: 'true' },
  'a viewer who executes runs': { as: users[0], sees: ownOrShared(users[0]) },
  'a viewer of a project who executes runs': {
    as: users[1],
    sees: `task.project_id = '${projects[1]}' AND ${ownOrShared(users[1])}`,
  },
  'a viewer who executes no runs': { as: 'viewer-of-many-tasks', sees: "task.run_visibility = 'all_viewers'" },
  'an owner of few tasks': {
    as: 'owner-of-few-tasks',
    sees: `task.id IN (${fewTasks.map((id) => `'${id}'`).join()})`,
  },
};

interface List {
  readonly caller: string;
  /** Omitted: the list of the organization. */
  readonly projectId?: string;
  readonly filter: object;
  /** The filter as SQL over `run` and `task`. */
  readonly sql: string;
  readonly isAscending: boolean;
  readonly size: number;
}

const ids = (values: readonly string[]) => values.map((id) => `'${id}'`).join();
const casesAboutTasks: readonly FilterCase[] = [
  { filter: {}, sql: 'true' },
  { filter: { status: 'FAIL' }, sql: 'run.is_error' },
  ...[[0, 1, 2], [...Array(100).keys()], [299, 250, 3]].flatMap((indexes) => {
    const taskIdIn = indexes.map(taskAt);
    return [
      { filter: { taskIdIn }, sql: `task.id IN (${ids(taskIdIn)})` },
      { filter: { NOT: { taskIdIn } }, sql: `task.id NOT IN (${ids(taskIdIn)})` },
    ];
  }),
  { filter: { projectIdIn: projects.slice(1, 3) }, sql: `task.project_id IN (${ids(projects.slice(1, 3))})` },
  { filter: { NOT: { projectIdIn: [projects[3]] } }, sql: `task.project_id <> '${projects[3]}'` },
  // Only runs of one task match, at the end of the list.
  {
    filter: { AND: [{ taskIdIn: [taskAt(100), taskAt(0)] }, { minTotalTokens: 1000 }] },
    sql: `task.id IN ('${taskAt(100)}', '${taskAt(0)}') AND run.total_tokens >= 1000`,
  },
  { filter: { minTotalTokens: 2 * count - 40 }, sql: `run.total_tokens >= ${2 * count - 40}` },
  { filter: { primaryFailureReasonContains: 'absent' }, sql: 'false' },
];
const casesAboutRuns = filterCases.filter(({ filter }) => !/reportingGroup/.test(JSON.stringify(filter)));
/** Filters that are allowed in `OR` and `NOT`. */
const withoutSearch = casesAboutRuns.filter(({ filter }) => !/search/.test(JSON.stringify(filter)));

function generateLists(): List[] {
  const random = createRandom(seededSource(seed));
  const pick = () => random.pick(random.chance(30) ? casesAboutTasks : casesAboutRuns);
  const both = (one: FilterCase, other: FilterCase) => ({
    filter: { AND: [one.filter, other.filter] },
    sql: `(${one.sql}) AND (${other.sql})`,
  });
  const pickWithoutSearch = () => random.pick(random.chance(30) ? casesAboutTasks.slice(1) : withoutSearch);
  const combine: readonly (() => FilterCase)[] = [
    pick,
    pick,
    () => both(pick(), random.pick(casesAboutTasks)),
    () => {
      const [one, other] = [pickWithoutSearch(), pickWithoutSearch()];
      return {
        filter: { OR: [one.filter, other.filter] },
        sql: `coalesce(${one.sql}, false) OR coalesce(${other.sql}, false)`,
      };
    },
    () => {
      const { filter, sql } = pickWithoutSearch();
      return { filter: { NOT: filter }, sql: `NOT coalesce(${sql}, false)` };
    },
  ];
  return Array.from({ length: lists }, (_, index) => {
    const { filter, sql } = random.pick(combine)();
    const length = random.pick([10, 60, times]);
    const start = random.integer(0, times - length);
    const isInWindow = length < times;
    const window = { createdAfter: timeAt(start), createdBefore: timeAt(start + length) };
    return {
      caller: Object.keys(callers)[index % Object.keys(callers).length]!,
      ...(random.chance(25) && { projectId: random.pick(projects) }),
      filter: isInWindow ? { AND: [filter], ...window } : filter,
      sql: isInWindow
        ? `(${sql}) AND run.created >= '${window.createdAfter}' AND run.created < '${window.createdBefore}'`
        : sql,
      isAscending: random.chance(50),
      size: length === 10 ? random.pick([1, 3, 9]) : length === 60 ? random.pick([8, 20, 50]) : random.pick([60, 100]),
    };
  });
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'startCursor' | 'endCursor', string | null>>;
  readonly scan: { readonly isComplete: boolean };
}

describe.each([25, 2000])(
  `lists of ${taskCount} tasks of which %i runs are scanned for a page (seed ${seed})`,
  (maxScannedRuns) => {
    const gateway = useOwnGateway({
      maxScannedRuns,
      async arrange(database) {
        await arrangeManyRuns(database, count, async () => {
          const run = (sql: string, values: unknown[]) => database.query(sql, values);
          await run(arrangeJson, [[taskId, otherTaskId]]);
          for (const id of projects.slice(1))
            await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Many')", [id, orgId]);
          await run(
            `INSERT INTO task (id, project_id, name, run_visibility)
           SELECT ('${idPrefix}' || lpad(to_hex(${firstTask} + n), 12, '0'))::uuid, ($1::uuid[])[1 + n % 4], 'Many',
             (ARRAY['owner_only', 'all_viewers', 'editors_and_owners'])[1 + n % 3]
           FROM generate_series(0, $2::integer - 1) AS n`,
            [projects, taskCount],
          );
          // A quarter of the runs are of few tasks, and some tasks have none.
          await run(
            `UPDATE task_run AS run SET
             created = '2025-03-01T00:00:00Z'::timestamptz + (run.input_tokens::bigint * 37 % $1) * interval '1 minute',
             task_id = ('${idPrefix}' || lpad(to_hex(${firstTask} + CASE WHEN run.input_tokens % 4 = 0
               THEN run.input_tokens / 4 % 5 ELSE (run.input_tokens::bigint * 7919 + run.input_tokens / 300) % 270 END), 12, '0'))::uuid,
             reporting_group_id = NULL`,
            [times],
          );
          const grants = [
            ['organization', orgId, callers['an owner']!.as, 'owner'],
            ['organization', orgId, users[0], 'viewer'],
            ['project', projects[1], users[1], 'viewer'],
            ['organization', orgId, 'viewer-of-many-tasks', 'viewer'],
            ...fewTasks.map((id) => ['task', id, 'owner-of-few-tasks', 'owner']),
          ];
          for (const [level, id, user, role] of grants)
            await run("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [level, id, user, role]);
        });
      },
    });
    const ended = { full: 0, incomplete: 0, empty: 0 };

    async function expectedOf({ caller, sql, projectId, isAscending }: List): Promise<string[]> {
      const direction = isAscending ? 'ASC' : 'DESC';
      const project = projectId === undefined ? 'true' : `task.project_id = '${projectId}'`;
      const rows = await gateway.query(
        `SELECT run.id FROM task_run AS run JOIN task ON task.id = run.task_id
       WHERE ${callers[caller]!.sees} AND ${project} AND (${sql}) ORDER BY run.created ${direction}, run.id ${direction}`,
      );
      return rows.map(({ id }: { readonly id: string }) => id);
    }

    async function readPage({ caller, projectId, filter, isAscending }: List, range: object): Promise<Page> {
      const { taskRuns } = await gateway.dataOf(
        `query ($projectId: ID, $filter: TaskRunFilter, $orderBy: TaskRunOrder!, $first: Int, $last: Int, $after: String, $before: String) {
        taskRuns(orgId: "${orgId}", projectId: $projectId, filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) {
          edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } scan { isComplete } } }`,
        {
          as: callers[caller]!.as,
          variables: { projectId, filter, orderBy: isAscending ? 'CREATED_ASC' : 'CREATED_DESC', ...range },
        },
      );
      return taskRuns;
    }

    /** Returns all edges in the order of the list, page by page. */
    async function walk(list: List, isBackward: boolean) {
      const edges: Page['edges'][number][] = [];
      for (let at = {}, hasMore = true; hasMore; ) {
        const page = await readPage(list, { [isBackward ? 'last' : 'first']: list.size, ...at });
        edges.splice(isBackward ? 0 : edges.length, 0, ...page.edges);
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
        hasMore = isBackward ? hasPreviousPage : hasNextPage;
        if (!hasMore) break;
        const isFull = page.edges.length === list.size;
        ended[isFull ? 'full' : page.edges.length === 0 ? 'empty' : 'incomplete'] += 1;
        const cursor = isBackward ? startCursor : endCursor;
        expect({ list, cursor }).toEqual({ list, cursor: expect.any(String) });
        at = { [isBackward ? 'before' : 'after']: cursor };
      }
      return edges;
    }

    const found = (edges: Page['edges']) => edges.map(({ node }) => node.id);

    async function expectWalked(list: List, random: ReturnType<typeof createRandom>): Promise<void> {
      const expected = await expectedOf(list);
      const forward = await walk(list, false);
      expect({ list, ids: found(forward) }).toEqual({ list, ids: expected });
      expect({ list, ids: found(await walk(list, true)) }).toEqual({ list, ids: expected });
      // Where runs of several tasks have the same time, the id of the cursor's run decides.
      for (let left = expected.length > 2 ? 3 : 0; left > 0; left -= 1) {
        const at = random.integer(0, expected.length - 2);
        const to = random.integer(at + 1, expected.length - 1);
        const [after, before] = [forward[at]!.cursor, forward[to]!.cursor];
        const about = { list, at, to };
        const next = await readPage(list, { first: list.size, after });
        const previous = await readPage(list, { last: list.size, before });
        const between = await readPage(list, { first: list.size, after, before });
        const lastBetween = await readPage(list, { last: list.size, after, before });
        const expectPart = ({ edges, scan }: Page, whole: readonly string[], isBackward: boolean) => {
          const part = scan.isComplete
            ? whole
            : isBackward
              ? whole.slice(whole.length - edges.length)
              : whole.slice(0, edges.length);
          expect({ ...about, isBackward, ids: found(edges) }).toEqual({ ...about, isBackward, ids: part });
        };
        expectPart(next, expected.slice(at + 1, at + 1 + list.size), false);
        expectPart(previous, expected.slice(Math.max(0, to - list.size), to), true);
        expectPart(between, expected.slice(at + 1, to).slice(0, list.size), false);
        expectPart(lastBetween, expected.slice(at + 1, to).slice(-list.size), true);
        expect(next.pageInfo.hasPreviousPage).toBe(true);
        expect(previous.pageInfo.hasNextPage).toBe(true);
      }
      const { taskRuns, taskRunStats } = await gateway.dataOf(
        `query ($projectId: ID, $filter: TaskRunFilter) {
        taskRuns(orgId: "${orgId}", projectId: $projectId, filter: $filter) { totalCount }
        taskRunStats(orgId: "${orgId}", projectId: $projectId, filter: $filter) {
          runs byProject: groupBy(dimension: PROJECT, first: 100) { value runs }
          byTask: groupBy(dimension: TASK, first: 100) { value runs } } }`,
        { as: callers[list.caller]!.as, variables: { projectId: list.projectId, filter: list.filter } },
      );
      const rows = await gateway.query(
        `SELECT run.task_id AS task, task.project_id AS project FROM task_run AS run JOIN task ON task.id = run.task_id WHERE run.id = ANY ($1)`,
        [expected],
      );
      const countBy = (column: 'task' | 'project') => {
        const counts = new Map<string, number>();
        for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
        return counts;
      };
      const byValue = (groups: readonly { readonly value: string; readonly runs: number }[]) =>
        new Map(groups.map(({ value, runs }) => [value, runs]));
      expect({ list, taskRuns, runs: taskRunStats.runs }).toEqual({
        list,
        taskRuns: { totalCount: expected.length },
        runs: expected.length,
      });
      expect({ list, groups: byValue(taskRunStats.byProject) }).toEqual({ list, groups: countBy('project') });
      const tasks = countBy('task');
      if (tasks.size <= 100) expect({ list, groups: byValue(taskRunStats.byTask) }).toEqual({ list, groups: tasks });
      else expect(taskRunStats.byTask).toHaveLength(100);
    }

    const groups = Array.from({ length: lists / 8 }, (_, index) => index * 8);
    const generatedLists = generateLists();
    it.each(groups)(
      'contain each run once, in order, in both directions and from any cursor: %i to the next eight',
      async (first) => {
        for (const [index, list] of generatedLists.slice(first, first + 8).entries()) {
          const random = createRandom(seededSource(seed + first + index));
          const isForbidden = list.projectId !== undefined && !(await hasRole(list));
          if (isForbidden) {
            await expect(readPage(list, { first: 1 })).rejects.toThrow();
            continue;
          }
          await expectWalked(list, random);
        }
      },
      600_000,
    );

    /** Whether the caller has a role in the project. */
    async function hasRole({ caller, projectId }: List): Promise<boolean> {
      if (caller === 'a viewer of a project who executes runs') return projectId === projects[1];
      if (caller === 'an owner of few tasks') {
        const rows = await gateway.query('SELECT FROM task WHERE id = ANY ($1) AND project_id = $2', [
          fewTasks,
          projectId,
        ]);
        return rows.length > 0;
      }
      return true;
    }

    it('end pages in every way', () => {
      expect(ended.full).toBeGreaterThan(0);
      if (maxScannedRuns < 100) expect(Math.min(...Object.values(ended))).toBeGreaterThan(0);
    });
  },
);
