// Every filter, everywhere filters are accepted, compared with handwritten SQL.

import { type GraphQLInputObjectType, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { committedSchema } from '../../support/committed-schema.js';
import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { arrangeJson, filterCases } from '../../support/filter-cases.js';
import { amount } from '../../support/generated.js';
import { arrangeManyRuns, createdOf, generated } from '../../support/generated-runs.js';
import type { ChangeNode, RestChange, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';

interface Case {
  readonly filter: Record<string, unknown>;
  readonly sql: string;
}

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const viewer = users[1];
const count = amount(400, 50_000);
/** Searching the words of all runs takes a long time if there are many runs. */
const searched = { createdAfter: createdOf(Math.max(0, count - 9000)) };
/** SQL for a few runs of each kind, whose changes are compared. */
const isChanged = `run.input_tokens < 50 OR run.input_tokens BETWEEN ${count / 2} AND ${count / 2 + 49}`;

const isSearch = ({ filter }: Case) => JSON.stringify(filter).includes('"search":');
const narrow = (item: Case): Case =>
  isSearch(item)
    ? { filter: { ...item.filter, ...searched }, sql: `(${item.sql}) AND run.created >= '${searched.createdAfter}'` }
    : item;
const cases = filterCases.map((item) => [JSON.stringify(item.filter), item] as const);
const narrowed = cases.map(([title, filterCase]) => [title, narrow(filterCase)] as const);

const restName = (name: string) =>
  /^[A-Z]+$/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const restForm = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(restForm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [restName(name), restForm(member)]));
};
const isParameter = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => item === null || isParameter(item)) : typeof value !== 'object';

/** Passes the complete filter in the parameter `filter`. */
const inOneParameter = (filter: Record<string, unknown>) => ({ filter: JSON.stringify(restForm(filter)) });
/** Lists whose values may contain commas, so that the parameter is repeated. */
const repeated = ['failureIn'];
/** Passes members with a single value or a list as parameters, and the others in `filter`. */
const inParameters = (filter: Record<string, unknown>): Record<string, string | string[]> => {
  const members = Object.entries(filter);
  const isOwn = ([, value]: [string, unknown]) => value === null || isParameter(value);
  const others = members.filter((member) => !isOwn(member));
  return {
    ...Object.fromEntries(
      members.filter(isOwn).map(([name, value]) => {
        const texts = [value].flat().map(String);
        return [restName(name), repeated.includes(name) ? texts : texts.join()];
      }),
    ),
    ...(others.length > 0 ? inOneParameter(Object.fromEntries(others)) : {}),
  };
};

/** Returns the members of an input object and of its nested objects, each prefixed with the name of its type. */
function membersOf(value: unknown, type: GraphQLInputType): string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return [value]
    .flat()
    .flatMap((item) =>
      Object.entries(item as object).flatMap(([name, member]) => [
        `${named.name}.${name}`,
        ...membersOf(member, named.getFields()[name]!.type),
      ]),
    );
}

describe('the cases of filters', () => {
  const input = (name: string) => committedSchema.getType(name) as GraphQLInputObjectType;

  it('include each member of a filter outside of other filters', () => {
    const members = filterCases.flatMap(({ filter }) => Object.keys(filter));
    // Changes reject it, and which kinds are new depends on the list.
    const { failureFirstSeenAfter: _, ...fields } = input('TaskRunFilter').getFields();
    expect([...new Set(members)].sort()).toEqual(Object.keys(fields).sort());
  });

  it.each(['TextFilter', 'JSONCondition'])('include each member of a %s', (name) => {
    const members = filterCases.flatMap(({ filter }) => membersOf(filter, input('TaskRunFilter')));
    const expected = Object.keys(input(name).getFields()).map((member) => `${name}.${member}`);
    expect([...new Set(members)].filter((member) => member.startsWith(`${name}.`)).sort()).toEqual(expected.sort());
  });
});

describe(`the runs that a filter finds (of ${count})`, () => {
  /** A cursor followed only by the changed runs. */
  let beforeChanges: string;
  const gateway = useOwnGateway({
    // On a busy machine, scans of this many runs would end early.
    environment: { REQUEST_TIMEOUT_MS: '120000' },
    async arrange(database) {
      await arrangeManyRuns(database, count, () => database.query(arrangeJson, [[taskId, otherTaskId]]));
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, viewer]);
    },
  });
  beforeAll(async () => {
    const head = await requestRest(gateway, restUrl('/task_run/export'), { as: owner, method: 'HEAD' });
    beforeChanges = head.headers.get('x-watermark')!;
    await changeRuns();
  });

  /** Changes a value that no filter uses. */
  async function changeRuns(): Promise<void> {
    await gateway.query(
      `UPDATE task_run AS run SET input_processor_timing = input_processor_timing + 1 WHERE run.task_id = ANY ($1) AND (${isChanged})`,
      [[taskId, otherTaskId]],
    );
    await untilSettled(gateway);
  }

  const found = new Map<string, Promise<string[]>>();
  /** Selects ids with SQL, newest first, from all runs or from those that the viewer executed in the task. */
  function byHand(sql: string, isViewer = false): Promise<string[]> {
    const key = `${isViewer} ${sql}`;
    const ids = found.get(key) ?? findByHand(sql, isViewer);
    found.set(key, ids);
    return ids;
  }
  async function findByHand(sql: string, isViewer: boolean): Promise<string[]> {
    const rows = await gateway.query(
      `SELECT run.id FROM task_run AS run WHERE run.task_id = ANY ($1) AND ($2::uuid IS NULL OR run.user_id = $2)
         AND (${sql}) ORDER BY run.created DESC, run.id DESC`,
      [isViewer ? [taskId] : [taskId, otherTaskId], isViewer ? viewer : null],
    );
    return rows.map(({ id }: { id: string }) => id);
  }

  const document = (scope: string) => `query ($filter: TaskRunFilter) {
    first: taskRuns(${scope}, filter: $filter, first: 100) { totalCount nodes { id } stats { runs } }
    last: taskRuns(${scope}, filter: $filter, last: 100) { nodes { id } }
    taskRunStats(${scope}, filter: $filter) { runs byTask: groupBy(dimension: TASK) { runs } }
  }`;
  const project = `orgId: "${orgId}", projectId: "${projectId}"`;
  const idsOf = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);

  it.each(narrowed)('%s: a page, the last one, the count and statistics', async (_title, { filter, sql }) => {
    for (const [as, scope] of [
      [owner, project],
      [viewer, `${project}, taskId: "${taskId}"`],
    ] as const) {
      const expected = await byHand(sql, as === viewer);
      const { first, last, taskRunStats } = await gateway.dataOf(document(scope), { as, variables: { filter } });
      expect(idsOf(first.nodes)).toEqual(expected.slice(0, 100));
      expect(idsOf(last.nodes)).toEqual(expected.slice(-100));
      expect([first.totalCount, first.stats.runs, taskRunStats.runs]).toEqual(Array(3).fill(expected.length));
      const taskCounts = taskRunStats.byTask.map(({ runs }: { runs: number }) => runs);
      expect(taskCounts.reduce((sum: number, runs: number) => sum + runs, 0)).toBe(expected.length);
    }
  });

  function restUrl(path: string, parameters: Record<string, string | string[]> = {}): string {
    const pairs = Object.entries(parameters).flatMap(([name, texts]) =>
      [texts].flat().map((text): [string, string] => [name, text]),
    );
    return `${gateway.url}/api/v1/org/${orgId}/project/${projectId}${path}?${new URLSearchParams(pairs)}`;
  }
  const restLists = [
    [owner, '/task_run', inParameters],
    [viewer, `/task/${taskId}/run`, inOneParameter],
  ] as const;

  it.each(narrowed)('%s: a page of REST, by parameters and by `filter`', async (_title, { filter, sql }) => {
    for (const [as, path, parametersOf] of restLists) {
      const expected = (await byHand(sql, as === viewer)).slice(0, 100);
      const page = await requestRest(gateway, restUrl(path, parametersOf(filter)), { as });
      expect([page.status, idsOf(((await page.json()) as RestPage).results ?? [])]).toEqual([200, expected]);
    }
  });

  it.each(cases)('%s: an export', async (_title, { filter, sql }) => {
    // An export examines the words of 200 runs at a time, which would take too long for all runs.
    const isPart = isSearch({ filter, sql });
    for (const [as, path, parametersOf] of restLists) {
      const expected = await byHand(isPart ? `(${sql}) AND (${isChanged})` : sql, as === viewer);
      const parameters = {
        ...parametersOf(filter),
        ...(isPart ? { after: beforeChanges } : {}),
        fields: 'core',
      };
      const exported = await requestRest(gateway, restUrl(`${path}/export`, parameters), { as });
      const lines = (await exported.text()).split('\n').filter((line) => line !== '');
      expect(lines.map((line) => JSON.parse(line).id).sort()).toEqual([...expected].sort());
    }
  });

  it.each(cases)('%s: the changes of GraphQL and of REST', async (_title, { filter, sql }) => {
    const expected = [...(await byHand(`(${sql}) AND (${isChanged})`))].sort();
    const ids: string[] = [];
    for (let after = beforeChanges, hasMore = true; hasMore; ) {
      const { taskRunChanges } = await gateway.dataOf(
        `query ($filter: TaskRunFilter, $after: String) { taskRunChanges(${project}, filter: $filter, after: $after, first: 40) {
          changes { run { id } } endCursor hasMore } }`,
        { as: owner, variables: { filter, after } },
      );
      ids.push(...taskRunChanges.changes.map(({ run }: ChangeNode) => run.id));
      ({ endCursor: after, hasMore } = taskRunChanges);
    }
    expect(ids.sort()).toEqual(expected);

    const restIds: string[] = [];
    for (let after = beforeChanges, hasMore = true; hasMore; ) {
      const url = restUrl('/task_run/changes', { ...inParameters(filter), after, page_limit: '40' });
      const { results, pagination } = (await (
        await requestRest(gateway, url, { as: owner })
      ).json()) as RestPage<RestChange>;
      restIds.push(...results.map(({ run }) => run.id));
      [after, hasMore] = [pagination.next_cursor!, pagination.has_next];
    }
    expect(restIds.sort()).toEqual(expected);
  });

  /** Yields the run id of each event, from a subscription if there is a body. */
  async function* follow(url: string, body?: object): AsyncGenerator<string> {
    const stopped = new AbortController();
    try {
      const response = await requestRest(gateway, url, {
        as: owner,
        signal: stopped.signal,
        headers: { accept: 'text/event-stream', ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      });
      for await (const { data } of eventsOf(response)) {
        const event = JSON.parse(data);
        const id = body ? event.data.taskRunChanged.run?.id : event.id;
        // A heartbeat has no run.
        if (id !== undefined) yield id;
      }
    } finally {
      stopped.abort();
    }
  }

  it('all of them: subscriptions, and the events of REST', async () => {
    const query = `subscription ($filter: TaskRunFilter, $after: String) {
      taskRunChanged(${project}, filter: $filter, after: $after) { run { id } } }`;
    const after = beforeChanges;
    const streams = await Promise.all(
      cases.map(async ([title, { filter, sql }], index) => ({
        title,
        expected: [...(await byHand(`(${sql}) AND (${isChanged})`))].sort(),
        // Alternates between the two, or uses both with THOROUGH=1.
        sources: [
          follow(`${gateway.url}/graphql`, { query, variables: { filter, after } }),
          follow(restUrl('/task_run/changes', { ...inOneParameter(filter), after })),
        ].filter((_, number) => number === index % 2 || amount(1, 2) === 2),
      })),
    );
    // Changes all runs once more, after which runs that do not match would come first.
    for (const round of ['those that were there', 'those that come']) {
      if (round === 'those that come') await changeRuns();
      await Promise.all(
        streams.map(async ({ title, expected, sources }) => {
          for (const source of sources) {
            const ids: string[] = [];
            while (ids.length < expected.length) ids.push(await nextEvent(source));
            expect({ [`${title}: ${round}`]: ids.sort() }).toEqual({ [`${title}: ${round}`]: expected });
          }
        }),
      );
    }
    for (const { sources } of streams) for (const source of sources) await source.return(undefined);
  }, 180_000);
});
