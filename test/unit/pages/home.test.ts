// The figures of the home page, before they are shown.

import { failuresOf } from '../../../src/pages/runs/home/failures.js';
import { type Finding, findingsOf, type ReportedFinding, summaryOf } from '../../../src/pages/runs/home/findings.js';
import { homePeriodOf, rangeOf } from '../../../src/pages/runs/home/home-period.js';
import type { Place } from '../../../src/pages/runs/home/places.js';
import {
  matchingGroups,
  type SortKey,
  sortedGroups,
  sortKeyOf,
  taskGroupsOf,
  unfoldedProjects,
  worstTask,
} from '../../../src/pages/runs/home/task-groups.js';
import type { HomeFailure, HomeProject, HomeTask } from '../../../src/pages/runs/operations.js';
import { toRestName } from '../../../src/rest-name.js';
import { ruleNames, type SetRule, setRules } from '../../../src/task-runs/reports/rules.js';
import type { RunFilterInput } from '../../../src/task-runs/visibility/run-filter.js';

const end = Date.parse('2026-10-30T12:00:00Z');
const day = { start: end - 86_400_000, end };
const today = '2026-10-30T08:00:00Z';
const lastMonth = '2026-09-30T08:00:00Z';

const placeOf = (id: string): Place => ({ orgId: 'o', orgName: 'Harbor', project: { id, name: `Project ${id}` } });

const projectOf = (id: string, further: Partial<HomeProject>): HomeProject => ({
  id,
  taskRunStats: null,
  failures: null,
  recent: null,
  ...further,
});

describe('kinds of failures on the home page', () => {
  const kind = (value: string, runs: number, before: number, further: Partial<HomeFailure> = {}): HomeFailure => ({
    value,
    runs,
    firstSeen: lastMonth,
    lastCreated: today,
    previous: { runs: before },
    buckets: [{ runs, errors: runs }],
    tasks: [],
    ...further,
  });
  const failures = (...projects: readonly (readonly [string, readonly HomeFailure[], HomeProject['recent']?])[]) =>
    failuresOf(
      projects.map(([id]) => placeOf(id)),
      projects.map(([id, groupBy, recent = null]) => projectOf(id, { failures: { groupBy }, recent })),
      day,
    );

  it('are new ones first, then those that grew most, then the most recent', () => {
    const older = { lastCreated: '2026-10-30T07:00:00Z' };
    const kinds = failures([
      'a',
      [kind('grew', 50, 10), kind('old', 3, 3, older), kind('recent', 3, 3), kind('new', 1, 0, { firstSeen: today })],
    ]);
    expect(kinds.map(({ kind: name, novelty }) => [name, novelty])).toEqual([
      ['new', 'new'],
      ['grew', null],
      ['recent', null],
      ['old', null],
    ]);
  });

  it('are counted for each organization', () => {
    const places = [placeOf('a'), { ...placeOf('b'), orgId: 'other' }];
    const found = places.map(({ project: { id } }) =>
      projectOf(id, { failures: { groupBy: [kind('timeout', 2, 2)] } }),
    );
    expect(failuresOf(places, found, day).map(({ runs }) => runs)).toEqual([2, 2]);
  });

  it('are merged across projects, and new only if no project saw them earlier', () => {
    const [merged, ...others] = failures(
      ['a', [kind('timeout', 2, 1, { firstSeen: today, lastCreated: '2026-10-30T11:00:00Z' })]],
      ['b', [kind('timeout', 5, 0)]],
    );
    expect(others).toEqual([]);
    expect(merged).toMatchObject({
      runs: 7,
      before: 1,
      novelty: null,
      firstSeen: lastMonth,
      lastCreated: '2026-10-30T11:00:00Z',
      bars: [{ runs: 7, errors: 7 }],
    });
    expect(merged!.places.map(({ place }) => place.project.id)).toEqual(['b', 'a']);
  });

  it.each([
    ['the newest message', 'refused: 10.0.3.26:6333', 'refused: 10.0.3.26:6333'],
    ['their kind if no message is known', null, 'refused: #:#'],
    ['their kind instead of a traceback', 'Traceback:\n  refused', 'refused: #:#'],
    ['their kind instead of a long message', 'x'.repeat(201), 'refused: #:#'],
  ])('have %s as their title', (_, failureMessage, title) => {
    const other = { failure: 'other', failureMessage: 'Other.' };
    const recent = { nodes: [other, { failure: 'refused: #:#', failureMessage }] };
    expect(failures(['a', [kind('refused: #:#', 1, 0)], recent])[0]).toMatchObject({ message: title });
  });

  it('name the tasks with most runs, each with its newest revisions', () => {
    const task = (name: string) => ({
      value: name,
      task: { name },
      revisions: [
        { value: 'r2', taskRevision: { name: 'v2' } },
        { value: '0195d1ff-1f42-0000-0000-0000000000aa', taskRevision: null },
      ],
    });
    const [failure] = failures(['a', [kind('timeout', 9, 0, { tasks: ['A', 'B', 'C', 'D'].map(task) })]]);
    expect(failure!.places[0]).toMatchObject({
      tasks: ['A v2, …0000aa', 'B v2, …0000aa', 'C v2, …0000aa'],
      hasMoreTasks: true,
    });
  });
});

describe('tasks on the home page', () => {
  const task = (name: string, runs: number, errors: number, further: Partial<HomeTask> = {}): HomeTask => {
    const measures = { runs, errors, totalTokens: '10', chargedCredits: '1.50', llmCallTiming: { p95: 1 } };
    return { value: name, task: { name }, ...measures, previous: measures, buckets: [], ...further };
  };
  const groupsOf = (tasks: Readonly<Record<string, readonly HomeTask[]>>) =>
    taskGroupsOf(
      Object.keys(tasks).map(placeOf),
      Object.entries(tasks).map(([id, groupBy]) => projectOf(id, { taskRunStats: { groupBy } })),
    );
  const namesOf = (groups: ReturnType<typeof groupsOf>) =>
    groups.map(({ place, tasks }) => [place.project.id, ...tasks.map(({ name }) => name)]);
  const groups = groupsOf({
    a: [
      task('Triage', 100, 3, { llmCallTiming: { p95: 9 } }),
      task('Rare', 2, 2, { llmCallTiming: { p95: 50 }, totalTokens: '9007199254740993' }),
    ],
    b: [task('Invoices', 50, 4, { chargedCredits: '0.25' }), task('Empty', 20, 0)],
    none: [],
  });

  it('are grouped by project with their sums, without projects that had no runs', () => {
    expect(groups.map(({ name, measures }) => [name, measures.runs, measures.errors, measures.previous.runs])).toEqual([
      ['Harbor / Project a', 102, 5, 102],
      ['Harbor / Project b', 70, 4, 70],
    ]);
    expect(groups[1]!.measures.chargedCredits).toBe('1.75');
  });

  it.each<[SortKey, readonly (readonly string[])[]]>([
    [
      'failed',
      [
        ['a', 'Triage', 'Rare'],
        ['b', 'Invoices', 'Empty'],
      ],
    ],
    [
      'runs',
      [
        ['a', 'Triage', 'Rare'],
        ['b', 'Invoices', 'Empty'],
      ],
    ],
    [
      'rate',
      [
        ['b', 'Invoices', 'Empty'],
        ['a', 'Triage', 'Rare'],
      ],
    ],
    [
      'p95',
      [
        ['a', 'Triage', 'Rare'],
        ['b', 'Invoices', 'Empty'],
      ],
    ],
    [
      'tokens',
      [
        ['a', 'Rare', 'Triage'],
        ['b', 'Invoices', 'Empty'],
      ],
    ],
    [
      'credits',
      [
        ['a', 'Triage', 'Rare'],
        ['b', 'Empty', 'Invoices'],
      ],
    ],
    [
      'name',
      [
        ['a', 'Rare', 'Triage'],
        ['b', 'Empty', 'Invoices'],
      ],
    ],
  ])('are sorted by %s, figures of few runs last', (key, expected) => {
    expect(namesOf(sortedGroups(groups, key))).toEqual(expected);
  });

  it.each([
    [null, 'failed'],
    ['p95', 'p95'],
    ['toString', 'failed'],
  ])('take the order %s of an address as %s', (text, key) => {
    expect(sortKeyOf(text)).toBe(key);
  });

  it.each([
    [
      '',
      [
        ['a', 'Triage', 'Rare'],
        ['b', 'Invoices', 'Empty'],
      ],
    ],
    [' TRI ', [['a', 'Triage']]],
    ['project b', [['b', 'Invoices', 'Empty']]],
    ['triage harbor', [['a', 'Triage']]],
    ['nothing', []],
  ])('are filtered by “%s”', (text, expected) => {
    expect(namesOf(matchingGroups(groups, text))).toEqual(expected);
  });

  it('sum up only those that match', () => {
    expect(matchingGroups(groups, 'triage')[0]!.measures).toMatchObject({ runs: 100, errors: 3 });
  });

  it('are all unfolded if they are few, otherwise those of projects with high rates, up to 40', () => {
    const many = (errors: number) => Array.from({ length: 15 }, (_, index) => task(`T${index}`, 20, errors));
    expect([...unfoldedProjects(groups)]).toEqual(['a', 'b']);
    const projects = groupsOf({ calm: many(0), bad: many(3), worse: many(4), other: many(2) });
    expect([...unfoldedProjects(projects)]).toEqual(['worse', 'bad']);
  });

  it('names the task with the highest of the high failure rates of a project, and none without one', () => {
    const worstOf = (...tasks: readonly HomeTask[]) => worstTask(groupsOf({ p: tasks })[0]!)?.name;
    expect(worstOf(task('Fine', 100, 1), task('Bad', 20, 4), task('Worse', 20, 6), task('Few', 3, 3))).toBe('Worse');
    expect(worstOf(task('Fine', 100, 1), task('Few', 3, 3))).toBeUndefined();
  });
});

describe('the period of the home page', () => {
  it.each([
    ['', '24h'],
    ['since=7d', '7d'],
    ['since=evening', 'evening'],
    ['since=month', '24h'],
  ])('of “%s” is %s', (search, since) => {
    expect(homePeriodOf(new URLSearchParams(search)).since).toBe(since);
  });

  it('begins at 18:00 of the previous day', () => {
    const now = new Date(2026, 9, 15, 7, 30).getTime();
    const period = homePeriodOf(new URLSearchParams('since=evening'));
    expect(rangeOf(period, now)).toEqual({ start: new Date(2026, 9, 14, 18).getTime(), end: now });
  });
});

describe('what has changed on the home page', () => {
  const period = { created_after: '2026-10-29T12:00:00.000000Z', created_before: '2026-10-30T12:00:00.000000Z' };
  const finding = (rule: string, runs: number, further: Partial<ReportedFinding> = {}): ReportedFinding => ({
    ...{ rule, runs, what: `${rule} in ${runs} runs`, now: 0.3333, before: 0.05, where: { project_id: 'a' } },
    show: { ...period, fields: ['core'] },
    ...further,
  });
  const found = (...findings: readonly ReportedFinding[]) => findingsOf([{ orgId: 'o', findings }], [placeOf('a')]);

  it('is a number of things, or nothing', () => {
    expect(
      [[], [1], [1, 2, 3]].map((runs) => summaryOf(found(...runs.map((count) => finding('stopped', count))))),
    ).toEqual(['No rate, duration or cost changed significantly', '1 thing changed', '3 things changed']);
  });

  it('begins with what affects most runs in any organization', () => {
    const reports = [
      { orgId: 'o', findings: [finding('stopped', 30), finding('stopped', 10)] },
      { orgId: 'p', findings: [finding('stopped', 20)] },
    ];
    expect(findingsOf(reports, []).map(({ runs, list }) => [runs, list.get('org')])).toEqual([
      [30, 'o'],
      [20, 'p'],
      [10, 'o'],
    ]);
  });

  it.each([
    ['failure_rate_rose', 0.3333, 0.05, 'Failure rate: 33 %, 5 % before'],
    ['failure_new', 0.0004, 0, 'New kind of failure: 0.04 %, 0 % before'],
    ['p95_rose', 3.21, 1.5, 'p95: 3.2 s, 1.5 s before'],
    ['credits_rose', 1.5, 0.00012, 'Credits a run: 1.50, 0.00012 before'],
    ['stopped', 0, 1360, 'Stopped: 0 runs, 1,360 runs before'],
  ])('has the figures of %s in the unit of the rule', (rule, now, before, figures) => {
    expect(found(finding(rule, 20, { now, before }))[0]!.figures).toBe(figures);
  });

  it('has figures for every rule', () => {
    expect(found(...ruleNames.map((rule) => finding(rule, 20)))).toHaveLength(ruleNames.length);
  });

  it('names the project or, for several ones, the organization', () => {
    const places = found(finding('failure_new', 3), finding('failure_new', 2, { where: {} })).map(({ place }) => place);
    expect(places).toEqual(['Harbor / Project a', 'Harbor']);
  });

  it.each([
    [
      'a kind',
      { taskIdIn: ['t'], taskRevisionId: 'r', failureIn: ['Gone, #'] },
      'in-task=t&revision=r&failure=Gone%2C+%23',
    ],
    ['a task that has stopped', { taskIdIn: ['t'] }, 'in-task=t'],
    ...Object.entries({
      failure_rate_rose: 'status=FAIL',
      p95_rose: 'min-seconds=1.5',
      credits_rose: 'min-credits=0.250',
      retries_rose: 'min-retries=1',
      fallbacks_rose: 'fallback=true',
    } satisfies Record<keyof typeof setRules, string>).map(([rule, params]) => {
      const { filterOf }: SetRule = setRules[rule as keyof typeof setRules];
      return [rule, filterOf({ slow: 1.5, costly: '0.250' }), params] as const;
    }),
  ] as const)('leads to the list with the filter of %s', (_what, filter: RunFilterInput, params) => {
    const inRest = Object.entries(filter).map(([name, value]) => [toRestName(name), value]);
    const show = { ...period, ...Object.fromEntries(inRest), fields: ['core'] };
    const [{ list }] = found(finding('stopped', 20, { show })) as [Finding];
    const dates = 'from=2026-10-29T12%3A00%3A00.000000Z&to=2026-10-30T12%3A00%3A00.000000Z';
    expect(`${list}`).toBe(`org=o&${dates}&${params}`);
  });
});
