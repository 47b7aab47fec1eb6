// New kinds of failures, and the times of their first runs: filters, counts, statistics and exports over generated histories,
// compared with a computation from the rows.

import fc from 'fast-check';
import type { Queries } from '../../support/databases.js';
import { amount, seed } from '../../support/generated.js';
import { idOf } from '../../support/permission-world.js';
import type { RestError, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';
import { openAs } from '../../support/websocket-client.js';

const histories = amount(4, 25);
const orgId = idOf(1);
const otherOrgId = idOf(2);
const projects = { first: idOf(10), second: idOf(11), third: idOf(12), other: idOf(13) };

interface Task {
  readonly id: string;
  readonly projectId: string;
  readonly visibility: 'owner_only' | 'editors_and_owners' | 'all_viewers';
}

const task = (number: number, projectId: string, visibility: Task['visibility']): Task => ({
  id: idOf(number),
  projectId,
  visibility,
});
/** The last one is in another organization. Its runs have the same kinds of failures. */
const tasks = [
  task(20, projects.first, 'owner_only'),
  task(21, projects.first, 'editors_and_owners'),
  task(22, projects.first, 'all_viewers'),
  task(23, projects.second, 'all_viewers'),
  task(24, projects.second, 'owner_only'),
  task(25, projects.third, 'editors_and_owners'),
  task(26, projects.other, 'all_viewers'),
];
const users = [idOf(50), idOf(51), idOf(52), idOf(53), idOf(54)];

type Role = 'owner' | 'editor' | 'viewer' | 'analyst';
interface Caller {
  readonly subject: string;
  readonly grants: readonly (readonly [level: 'organization' | 'project' | 'task', id: string, role: Role])[];
}

const callers: Readonly<Record<string, Caller>> = {
  owner: { subject: 'owner', grants: [['organization', orgId, 'owner']] },
  'a viewer who executes runs': { subject: users[0]!, grants: [['organization', orgId, 'viewer']] },
  'an analyst who executes runs': { subject: users[1]!, grants: [['organization', orgId, 'analyst']] },
  'an analyst who is an editor of a project': {
    subject: users[2]!,
    grants: [
      ['organization', orgId, 'analyst'],
      ['project', projects.first, 'editor'],
    ],
  },
  'a viewer of a task and an owner of another': {
    subject: users[3]!,
    grants: [
      ['task', tasks[0]!.id, 'viewer'],
      ['task', tasks[4]!.id, 'owner'],
    ],
  },
  'an analyst without runs': { subject: 'analyst', grants: [['project', projects.second, 'analyst']] },
};

async function arrange(database: Queries): Promise<void> {
  const run = (sql: string, values: unknown[]) => database.query(sql, values);
  for (const id of [orgId, otherOrgId]) await run("INSERT INTO organization (id, name) VALUES ($1, 'Kinds')", [id]);
  for (const id of Object.values(projects)) {
    await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Kinds')", [
      id,
      id === projects.other ? otherOrgId : orgId,
    ]);
  }
  for (const { id, projectId, visibility } of tasks) {
    await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Kinds', $3)", [
      id,
      projectId,
      visibility,
    ]);
  }
  for (const { subject, grants } of Object.values(callers)) {
    for (const [level, id, role] of grants)
      await run("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [level, id, subject, role]);
  }
}

/** Responses of failed runs. Some have the same kind, and the order of some kinds depends on the collation. */
const responses: readonly unknown[] = [
  { error: 'rate limited for 12 s' },
  { detail: { message: 'rate limited for 900 s' } },
  'Timeout',
  'timeout',
  'Ärger 7',
  'zebra',
  { message: `${'long '.repeat(50)}1` },
  { message: `${'long '.repeat(50)}2` },
  null,
  {},
  [],
  undefined,
];
const minutes = 30;
/** Returns a time with microseconds. */
const timeAt = (minute: number, microsecond = 0) =>
  `2024-05-01T10:${String(minute).padStart(2, '0')}:00.${String(microsecond).padStart(6, '0')}Z`;

interface GeneratedRun {
  readonly task: number;
  readonly user: number;
  readonly response: number;
  readonly minute: number;
  readonly isError: boolean | null;
}

const generatedRun: fc.Arbitrary<GeneratedRun> = fc.record({
  task: fc.nat(tasks.length - 1),
  // The last one stands for a run without a user.
  user: fc.nat(users.length),
  response: fc.nat(responses.length - 1),
  minute: fc.nat(minutes - 1),
  isError: fc.constantFrom(true, true, true, true, false, null),
});

interface Run {
  readonly id: string;
  readonly taskId: string;
  readonly created: string;
  readonly userId: string | null;
  readonly totalTokens: number;
  readonly isFailed: boolean;
  /** The kind of failure of a failed run. */
  readonly kind: string | null;
}

interface Scope {
  readonly orgId: string;
  readonly projectId?: string;
  readonly taskId?: string;
}

const scopes: readonly Scope[] = [
  { orgId },
  ...[projects.first, projects.second, projects.third].map((projectId) => ({ orgId, projectId })),
  ...tasks.slice(0, -1).map(({ id, projectId }) => ({ orgId, projectId, taskId: id })),
];

type Filter = Readonly<Record<string, unknown>>;
const time = fc
  .record({ minute: fc.nat(minutes), microsecond: fc.constantFrom(0, 0, 1) })
  .map(({ minute, microsecond }) => timeAt(minute, microsecond));
const newSince: fc.Arbitrary<Filter> = time.map((since) => ({ failureFirstSeenAfter: since }));
const condition: fc.Arbitrary<Filter> = fc.oneof(
  { arbitrary: newSince, weight: 3 },
  { arbitrary: fc.constantFrom<Filter>({ status: 'FAIL' }, { status: 'SUCCESS' }), weight: 1 },
  { arbitrary: time.map((createdAfter) => ({ createdAfter })), weight: 1 },
  { arbitrary: time.map((createdBefore) => ({ createdBefore })), weight: 1 },
  { arbitrary: fc.constantFrom(...users).map((userId) => ({ userId })), weight: 1 },
  { arbitrary: fc.nat(60).map((minTotalTokens) => ({ minTotalTokens })), weight: 1 },
  {
    arbitrary: fc
      .subarray(['Timeout', 'timeout', 'zebra', 'No message', 'absent'], { minLength: 1 })
      .map((failureIn) => ({ failureIn })),
    weight: 1,
  },
  {
    arbitrary: fc.subarray([...tasks.map(({ id }) => id)], { minLength: 1 }).map((taskIdIn) => ({ taskIdIn })),
    weight: 1,
  },
  {
    arbitrary: fc.subarray(Object.values(projects), { minLength: 1 }).map((projectIdIn) => ({ projectIdIn })),
    weight: 1,
  },
);
const nested: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((AND) => ({ AND })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((OR) => ({ OR })),
    tie('filter').map((NOT) => ({ NOT })),
    fc.tuple(condition, tie('filter')).map(([one, NOT]) => ({ ...one, NOT })),
    fc.tuple(condition, newSince).map(([one, since]) => ({ ...one, ...since })),
  ),
})).filter;
const isAboutNew = (filter: Filter) => JSON.stringify(filter).includes('failureFirstSeenAfter');
/** Filters with a condition on new kinds somewhere. */
const aboutNew = fc.oneof(
  newSince,
  fc.tuple(nested, newSince).map(([filter, since]) => (isAboutNew(filter) ? filter : { AND: [filter, since] })),
  fc.tuple(nested, newSince).map(([filter, since]) => (isAboutNew(filter) ? filter : { OR: [filter], ...since })),
);

const ranks: readonly Role[] = ['viewer', 'editor', 'owner'];
const minRank = { all_viewers: 0, editors_and_owners: 1, owner_only: 2 } as const;
const taskById = new Map(tasks.map((task) => [task.id, task]));

/** Returns the roles of a caller on a task. */
const rolesOn = ({ grants }: Caller, { id, projectId }: Task) =>
  grants.filter(([, resource]) => resource === id || resource === projectId || resource === orgOf(projectId));
const orgOf = (projectId: string) => (projectId === projects.other ? otherOrgId : orgId);

/** Whether the caller sees the payload of a run. */
function seesPayload(caller: Caller, run: Run): boolean {
  const { visibility, ...place } = taskById.get(run.taskId)!;
  const roles = rolesOn(caller, { visibility, ...place });
  const rank = Math.max(-1, ...roles.map(([, , role]) => ranks.indexOf(role)));
  return rank >= minRank[visibility] || (roles.length > 0 && run.userId === caller.subject);
}

const isIn = ({ orgId, projectId, taskId }: Scope, run: Run) => {
  const { id, projectId: project } = taskById.get(run.taskId)!;
  return (
    orgOf(project) === orgId && (projectId ?? project) === project && (taskId === undefined ? true : taskId === id)
  );
};

/** Returns the first time at which every kind occurred. */
function firstTimes(runs: readonly Run[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { kind, created } of runs) if (kind !== null && !(first.get(kind)! <= created)) first.set(kind, created);
  return first;
}

function matches(filter: Filter, run: Run, firstSeen: ReadonlyMap<string, string>): boolean {
  return Object.entries(filter).every(([name, value]) => {
    switch (name) {
      case 'failureFirstSeenAfter':
        return run.kind !== null && firstSeen.get(run.kind)! >= (value as string);
      case 'status':
        return run.isFailed === (value === 'FAIL');
      case 'createdAfter':
        return run.created >= (value as string);
      case 'createdBefore':
        return run.created < (value as string);
      case 'userId':
        return run.userId === value;
      case 'minTotalTokens':
        return run.totalTokens >= (value as number);
      case 'failureIn':
        return run.kind !== null && (value as readonly string[]).includes(run.kind);
      case 'taskIdIn':
        return (value as readonly string[]).includes(run.taskId);
      case 'projectIdIn':
        return (value as readonly string[]).includes(taskById.get(run.taskId)!.projectId);
      case 'AND':
        return (value as readonly Filter[]).every((operand) => matches(operand, run, firstSeen));
      case 'OR':
        return (value as readonly Filter[]).some((operand) => matches(operand, run, firstSeen));
      case 'NOT':
        return !matches(value as Filter, run, firstSeen);
      default:
        throw new Error(`${name} is not computed.`);
    }
  });
}

const newestFirst = (one: Run, other: Run) =>
  one.created === other.created ? (one.id < other.id ? 1 : -1) : one.created < other.created ? 1 : -1;
/** Writes a time as {@link timeAt} does. */
const withMicroseconds = (text: string | null) =>
  text?.replace(/(?:\.(\d+))?Z$/, (_, digits = '') => `.${digits.padEnd(6, '0')}Z`) ?? null;
const toRest = (filter: Filter): Filter =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => {
      if (name === 'AND' || name === 'OR') return [name, (value as readonly Filter[]).map(toRest)];
      if (name === 'NOT') return [name, toRest(value as Filter)];
      return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value];
    }),
  );

interface Probe {
  readonly caller: string;
  readonly scope: Scope;
  readonly filter: Filter;
}

describe(`kinds of failures (seed ${seed})`, () => {
  const gateway = useOwnGateway({ arrange, environment: { MCP: 'on' } });
  const counts = { probes: 0, runs: 0, forbidden: 0, firstSeen: 0 };

  async function insert(runs: readonly GeneratedRun[]): Promise<void> {
    await gateway.query('DELETE FROM task_run');
    const rows = runs.map(({ task, user, response, minute, isError }, index) => ({
      id: idOf(1000 + ((index * 7919) % 4096)),
      task: tasks[task]!.id,
      response: JSON.stringify(responses[response]) ?? null,
      created: timeAt(minute),
      tokens: index,
      failed: isError,
      executor: users[user] ?? null,
    }));
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens, is_error, user_id)
       SELECT id, task, task, response::jsonb, '{}', created, tokens, 0, tokens, failed, executor
       FROM json_to_recordset($1) AS run (id uuid, task uuid, response text, created timestamptz, tokens integer, failed boolean, executor uuid)`,
      [JSON.stringify(rows)],
    );
    // Exports end before the oldest transaction that still runs.
    await untilSettled(gateway);
  }

  const readRows = (): Promise<Run[]> =>
    gateway.query(
      `SELECT id, task_id AS "taskId", user_id AS "userId", total_tokens AS "totalTokens", is_error IS TRUE AS "isFailed",
         to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created,
         CASE WHEN is_error THEN failure_kind_v2(failure_message(response)) END AS kind
       FROM task_run`,
    ) as Promise<Run[]>;

  const ids = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id);

  it('match a computation from the runs', async () => {
    const probe = fc.record({
      caller: fc.constantFrom(...Object.keys(callers)),
      scope: fc.oneof(fc.constant(scopes[0]!), fc.constantFrom(...scopes)),
      filter: aboutNew,
    });
    const property = fc.asyncProperty(
      fc.array(generatedRun, { minLength: 30, maxLength: 90 }),
      fc.array(probe, { minLength: 12, maxLength: 12 }),
      fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }),
      async (history, probes, gone) => {
        await insert(history);
        const rows = await readRows();
        expect(rows).toHaveLength(history.length);
        for (const one of probes) await expectComputed(one, rows);
        await expectPages(probes[0]!, rows);
        await expectTasks(probes[1]!, rows);
        await expectPreviousPeriod(probes[2]!, rows);
        // The first runs of kinds are deleted, and other runs move.
        const oldest = rows.filter(({ kind }) => kind !== null).toSorted((one, other) => newestFirst(other, one));
        const deleted = [...ids(oldest.slice(0, 6)), ...gone.slice(0, 3).map((at) => rows[at % rows.length]!.id)];
        await gateway.query('DELETE FROM task_run WHERE id = ANY ($1)', [deleted]);
        for (const at of gone) {
          await gateway.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [
            tasks[at % tasks.length]!.id,
            rows[(at * 31) % rows.length]!.id,
          ]);
        }
        await untilSettled(gateway);
        const left = await readRows();
        for (const one of probes.slice(0, 6)) await expectComputed(one, left);
      },
    );
    await fc.assert(property, { seed, numRuns: histories, endOnFailure: true });
    expect(counts.probes).toBeGreaterThan(histories * 10);
    expect(counts.runs).toBeGreaterThan(counts.probes);
    expect(counts.firstSeen).toBeGreaterThan(counts.probes);
    const hidden = { caller: 'an analyst without runs', scope: { orgId, projectId: projects.first } };
    await expectComputed({ ...hidden, filter: { failureFirstSeenAfter: timeAt(0) } }, await readRows());
    expect(counts.forbidden).toBeGreaterThan(0);
  }, 300_000);

  async function expectComputed({ caller: name, scope, filter }: Probe, rows: readonly Run[]): Promise<void> {
    const caller = callers[name]!;
    const about = { caller: name, scope, filter };
    const inScope = rows.filter((run) => isIn(scope, run));
    const visible = inScope.filter((run) => seesPayload(caller, run));
    const firstSeen = firstTimes(visible);
    const expected = visible.filter((run) => matches(filter, run, firstSeen)).toSorted(newestFirst);
    const token = await gateway.tokenFor(caller.subject);
    const query = `query ($orgId: ID!, $projectId: ID, $taskId: ID, $filter: TaskRunFilter) {
      list: taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, first: 100) {
        nodes { id failure } totalCount countUpTo(max: 1000) { count isExact } stats { runs errors } }
      last: taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, last: 3) { nodes { id } }
      ascending: taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, orderBy: CREATED_ASC, first: 100) { nodes { id } }
      largest: taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, orderBy: TOTAL_TOKENS_DESC, first: 100) { nodes { id } }
      stats: taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
        runs groupBy(dimension: FAILURE, first: 100) { value runs firstSeen }
        byTask: groupBy(dimension: TASK, first: 100) { value firstSeen groupBy(dimension: FAILURE, first: 100) { value runs firstSeen } } } }`;
    const { data, errors } = await gateway.ask(query, { token, variables: { ...scope, filter } });
    counts.probes += 1;
    const hasRole = tasks.some(
      (one) =>
        orgOf(one.projectId) === scope.orgId &&
        (scope.projectId ?? one.projectId) === one.projectId &&
        (scope.taskId ?? one.id) === one.id &&
        rolesOn(caller, one).length > 0,
    );
    const rest = await restOf(scope, filter, caller.subject);
    if (!hasRole) {
      counts.forbidden += 1;
      const codes = errors!.map(({ extensions }) => extensions.code);
      expect({ ...about, codes: [...new Set(codes)] }).toEqual({ ...about, codes: ['FORBIDDEN'] });
      expect({ ...about, rest }).toEqual({ ...about, rest: { list: 403, exported: 403 } });
      return;
    }
    expect({ ...about, errors }).toEqual({ ...about, errors: undefined });
    counts.runs += expected.length;
    const { length } = expected;
    const failed = expected.filter(({ isFailed }) => isFailed).length;
    expect({ ...about, list: data.list }).toEqual({
      ...about,
      list: {
        nodes: expected.map(({ id, kind }) => ({ id, failure: kind })),
        totalCount: length,
        countUpTo: { count: length, isExact: true },
        stats: { runs: length, errors: failed },
      },
    });
    expect({ ...about, last: ids(data.last.nodes) }).toEqual({ ...about, last: ids(expected.slice(-3)) });
    expect({ ...about, ascending: ids(data.ascending.nodes) }).toEqual({
      ...about,
      ascending: ids(expected.toReversed()),
    });
    const byTokens = expected.toSorted((one, other) => other.totalTokens - one.totalTokens);
    expect({ ...about, largest: ids(data.largest.nodes) }).toEqual({ ...about, largest: ids(byTokens) });
    expect({ ...about, ...rest }).toEqual({ ...about, list: ids(expected), exported: ids(expected).toSorted() });
    const groupsOf = (runs: readonly Run[]) =>
      [...new Set(runs.map(({ kind }) => kind))]
        .map((kind) => ({
          value: kind,
          runs: runs.filter((run) => run.kind === kind).length,
          // Over all time in the whole scope.
          firstSeen: kind === null ? null : firstSeen.get(kind)!,
        }))
        .sort(byValue);
    const received = (groups: readonly Group[]) =>
      groups.map((group) => ({ ...group, firstSeen: withMicroseconds(group.firstSeen) })).toSorted(byValue);
    counts.firstSeen += data.stats.groupBy.length;
    expect({ ...about, runs: data.stats.runs, groups: received(data.stats.groupBy) }).toEqual({
      ...about,
      runs: length,
      groups: groupsOf(expected),
    });
    for (const { value, firstSeen: time, groupBy } of data.stats.byTask) {
      expect({ ...about, value, time, groups: received(groupBy) }).toEqual({
        ...about,
        value,
        time: null,
        groups: groupsOf(expected.filter(({ taskId }) => taskId === value)),
      });
    }
  }

  /** Returns the runs by hand. */
  function find({ caller, scope, filter }: Probe, rows: readonly Run[]): Run[] {
    const visible = rows.filter((run) => isIn(scope, run) && seesPayload(callers[caller]!, run));
    const firstSeen = firstTimes(visible);
    return visible.filter((run) => matches(filter, run, firstSeen)).toSorted(newestFirst);
  }

  async function expectPages({ filter }: Probe, rows: readonly Run[]): Promise<void> {
    const scope = { orgId };
    const expected = ids(find({ caller: 'owner', scope, filter }, rows));
    for (const [size, from, end] of [
      ['first', 'after', 'endCursor'],
      ['last', 'before', 'startCursor'],
    ] as const) {
      const found: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const { taskRuns } = await gateway.dataOf(
          `query ($filter: TaskRunFilter, $cursor: String) {
            taskRuns(orgId: "${orgId}", filter: $filter, ${size}: 7, ${from}: $cursor) {
              nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`,
          { as: 'owner', variables: { filter, cursor } },
        );
        const { nodes, pageInfo } = taskRuns;
        found.splice(size === 'first' ? found.length : 0, 0, ...ids(nodes));
        if (!pageInfo[size === 'first' ? 'hasNextPage' : 'hasPreviousPage']) break;
        cursor = pageInfo[end];
      }
      expect({ filter, size, found }).toEqual({ filter, size, found: expected });
    }
  }

  /** Compares lists, counts and statistics of all tasks and projects, which one operation reads. */
  async function expectTasks({ filter }: Probe, rows: readonly Run[]): Promise<void> {
    const fields = `taskRuns(filter: $filter, first: 100) { nodes { id } totalCount countUpTo { count } }
      taskRunStats(filter: $filter) { runs groupBy(dimension: FAILURE, first: 100) { value runs firstSeen } }`;
    for (const caller of ['owner', 'an analyst who is an editor of a project']) {
      const { nodes } = await gateway.dataOf(
        `query ($ids: [ID!]!, $filter: TaskRunFilter) {
          nodes(ids: $ids) { ... on Task { ${fields} } ... on Project { ${fields} } ... on Organization { ${fields} } } }`,
        {
          as: callers[caller]!.subject,
          variables: { filter, ids: scopes.map((scope) => scope.taskId ?? scope.projectId ?? scope.orgId) },
        },
      );
      for (const [index, scope] of scopes.entries()) {
        const found = find({ caller, scope, filter }, rows);
        const visible = rows.filter((run) => isIn(scope, run) && seesPayload(callers[caller]!, run));
        const firstSeen = firstTimes(visible);
        const { taskRuns, taskRunStats } = nodes[index];
        const about = { caller, filter, scope };
        expect({ ...about, taskRuns }).toEqual({
          ...about,
          taskRuns: {
            nodes: found.map(({ id }) => ({ id })),
            totalCount: found.length,
            countUpTo: { count: found.length },
          },
        });
        const groups = taskRunStats.groupBy.map((group: Group) => [group.value, withMicroseconds(group.firstSeen)]);
        const kinds = new Set(found.map(({ kind }) => kind));
        expect({ ...about, runs: taskRunStats.runs, groups: new Map(groups) }).toEqual({
          ...about,
          runs: found.length,
          groups: new Map([...kinds].map((kind) => [kind, kind === null ? null : firstSeen.get(kind)!])),
        });
      }
    }
  }

  /** Compares a period with the previous one, which has the same condition on new kinds. */
  async function expectPreviousPeriod({ filter: condition }: Probe, rows: readonly Run[]): Promise<void> {
    const periodOf = (from: number, to: number) => ({ createdAfter: timeAt(from), createdBefore: timeAt(to) });
    const { taskRunStats } = await gateway.dataOf(
      `query ($filter: TaskRunFilter) { taskRunStats(orgId: "${orgId}", filter: $filter) { runs previous { runs } } }`,
      { as: 'owner', variables: { filter: { ...periodOf(15, 25), AND: [condition] } } },
    );
    const countIn = (from: number, to: number) =>
      find({ caller: 'owner', scope: { orgId }, filter: { ...periodOf(from, to), AND: [condition] } }, rows).length;
    expect({ condition, taskRunStats }).toEqual({
      condition,
      taskRunStats: { runs: countIn(15, 25), previous: { runs: countIn(5, 15) } },
    });
  }

  interface Group {
    readonly value: string | null;
    readonly runs: number;
    readonly firstSeen: string | null;
  }

  function byValue(one: Group, other: Group): number {
    return `${one.value}` < `${other.value}` ? -1 : 1;
  }

  const pathOf = ({ orgId, projectId, taskId }: Scope) => {
    const project = projectId === undefined ? '' : `/project/${projectId}`;
    return `${gateway.url}/api/v1/org/${orgId}${project}${taskId === undefined ? '/task_run' : `/task/${taskId}/run`}`;
  };

  /** Returns the ids of a list and an export, or their status where it is not 200. */
  async function restOf(scope: Scope, filter: Filter, as: string) {
    const { failureFirstSeenAfter, ...others } = filter;
    const since = failureFirstSeenAfter === undefined ? '' : `&failure_first_seen_after=${failureFirstSeenAfter}`;
    const search = `fields=core${since}&filter=${encodeURIComponent(JSON.stringify(toRest(others)))}`;
    const list = await requestRest(gateway, `${pathOf(scope)}?page_limit=100&${search}`, { as });
    const page = (await list.json()) as RestPage<{ id: string }>;
    const exported = await requestRest(gateway, `${pathOf(scope)}/export?${search}`, { as });
    const text = await exported.text();
    const lines = text.split('\n').filter((line) => line !== '');
    return {
      list: list.ok ? ids(page.results) : list.status,
      exported: exported.ok ? ids(lines.map((line) => JSON.parse(line))).toSorted() : exported.status,
    };
  }

  describe('in feeds', () => {
    const filters: readonly Filter[] = [
      { failureFirstSeenAfter: timeAt(0) },
      { AND: [{ status: 'FAIL' }, { OR: [{ NOT: { failureFirstSeenAfter: timeAt(1) } }] }] },
    ];
    const rejected = {
      code: 'UNPROCESSABLE_ENTITY',
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['filter', 'failureFirstSeenAfter'], msg: expect.any(String) }],
    };

    it.each(scopes.slice(0, 6))('are rejected as a filter of changes: %j', async (scope) => {
      for (const filter of filters) {
        const { data, errors } = await gateway.ask(
          `query ($orgId: ID!, $projectId: ID, $taskId: ID, $filter: TaskRunFilter) {
            taskRunChanges(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) { endCursor } }`,
          { as: 'owner', variables: { ...scope, filter } },
        );
        expect(data).toEqual({ taskRunChanges: null });
        expect(errors!.map(({ extensions }) => extensions)).toMatchObject([rejected]);
        const { failureFirstSeenAfter, ...others } = filter;
        const search =
          failureFirstSeenAfter === undefined
            ? `filter=${encodeURIComponent(JSON.stringify(toRest(others)))}`
            : `failure_first_seen_after=${failureFirstSeenAfter}`;
        for (const accept of ['application/json', 'text/event-stream']) {
          const response = await requestRest(gateway, `${pathOf(scope)}/changes?${search}`, {
            as: 'owner',
            headers: { accept },
          });
          expect(response.status).toBe(422);
          const { detail } = (await response.json()) as RestError;
          expect(JSON.stringify(detail)).toContain('failure_first_seen_after');
        }
      }
    });

    it('are rejected as a filter of subscriptions', async () => {
      for (const filter of filters) {
        const client = await openAs(gateway, 'owner');
        const query =
          'subscription ($orgId: ID!, $filter: TaskRunFilter) { taskRunChanged(orgId: $orgId, filter: $filter) { cursor } }';
        client.send({ id: '1', type: 'subscribe', payload: { query, variables: { orgId, filter } } });
        const { type, payload } = await client.next(({ id }) => id === '1');
        const [error] = type === 'error' ? payload : payload.errors;
        expect(error.extensions).toMatchObject(rejected);
        client.socket.close();
      }
    });
  });
});
