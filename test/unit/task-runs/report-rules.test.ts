// The rules of the report: what is clear, what is explained by something narrower, and their table in docs/reports.md.

import {
  type Figures,
  noFailures,
  noFigures,
  type ReportFigures,
  type TaskFigures,
} from '../../../src/task-runs/reports/figures.js';
import { findChanges, maxFindings } from '../../../src/task-runs/reports/find-changes.js';
import { isClear, minRuns, minZ, riseOf } from '../../../src/task-runs/reports/rise.js';
import { minRatio, otherRules, type SetRule, setRules, thresholdMargin } from '../../../src/task-runs/reports/rules.js';
import { wasAlwaysActive } from '../../../src/task-runs/reports/stopped-tasks.js';
import { tableRows } from '../../docs/documents.js';

const share = (affected: number, of: number) => ({ affected, of });
const failing = (errors: number, runs: number): Figures => ({ ...noFigures, runs, errors });
const plus = (one: Figures, other: Figures) => failing(one.errors + other.errors, one.runs + other.runs);

/** Returns a task with two revisions. */
function taskOf(name: string, first: [now: Figures, before: Figures], second: [now: Figures, before: Figures]) {
  const revisionOf = ([now, before]: [Figures, Figures], number: number) => ({
    revisionId: `${name} ${number}`,
    now,
    before,
  });
  return {
    taskId: name,
    thresholds: {},
    now: plus(first[0], second[0]),
    before: plus(first[1], second[1]),
    revisions: [revisionOf(first, 1), revisionOf(second, 2)],
  } satisfies TaskFigures;
}

const changesIn = (tasks: readonly TaskFigures[], failures = noFailures, stopped: ReportFigures['stopped'] = []) =>
  findChanges({ tasks, failures, stopped }).map(({ rule, taskId, revisionId, kind }) => ({
    rule,
    taskId,
    revisionId,
    kind,
  }));

describe('a rise', () => {
  it.each([
    ['no difference', share(10, 100), share(20, 200), 0, 0.001],
    ['a fall', share(0, 100), share(20, 100), -6, -5],
    ['a rise of large shares', share(400, 1000), share(300, 1000), 4.6, 4.8],
    ['runs of which all are affected', share(50, 50), share(50, 50), 0, 0.001],
    // The difference divided by its standard error would be 3.96.
    ['two rare events among few runs', share(2, 20), share(50, 5000), 2.3, 2.5],
  ])('is measured for %s', (_what, now, before, min, max) => {
    const z = riseOf(now, before);
    expect([z >= min, z <= max, z]).toEqual([true, true, z]);
  });

  it('has to be clearer the more comparisons there are', () => {
    expect([isClear(3.9, 1), isClear(4.1, 10), isClear(4.1, 1000), isClear(5, 1000)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('a finding', () => {
  const steady: [Figures, Figures] = [failing(50, 1000), failing(50, 1000)];
  const risen: [Figures, Figures] = [failing(150, 1000), failing(50, 1000)];

  it('is about the revision that explains the rise of its task', () => {
    expect(changesIn([taskOf('a', risen, steady)])).toEqual([
      { rule: 'failure_rate_rose', taskId: 'a', revisionId: 'a 1', kind: null },
    ]);
  });

  it('is about the task if both revisions rose', () => {
    expect(changesIn([taskOf('a', risen, risen)])).toEqual([
      { rule: 'failure_rate_rose', taskId: 'a', revisionId: null, kind: null },
    ]);
  });

  it('compares a new revision with its task', () => {
    const changes = findChanges({
      tasks: [taskOf('a', [failing(150, 1000), noFigures], [failing(50, 1000), failing(100, 2000)])],
      failures: noFailures,
      stopped: [],
    });
    expect(changes).toMatchObject([{ revisionId: 'a 1', isNewRevision: true, now: 0.15, before: 0.05, runs: 150 }]);
  });

  it('is about the kind of failure that explains the rate of a task and of its revision', () => {
    const inRevision = { revisionId: 'a 1', now: 100, before: 0 };
    const kind = {
      ...{ kind: 'Out of memory', isNew: true, now: 100, before: 0 },
      tasks: [{ taskId: 'a', now: 100, before: 0, revisions: [inRevision] }],
    };
    const failures = { runs: { now: 2000, before: 2000 }, kinds: [kind] };
    expect(changesIn([taskOf('a', risen, steady)], failures)).toEqual([
      { rule: 'failure_new', taskId: 'a', revisionId: 'a 1', kind: 'Out of memory' },
    ]);
    const fewer = { ...kind, tasks: [{ taskId: 'a', now: 30, before: 0, revisions: [{ ...inRevision, now: 30 }] }] };
    expect(changesIn([taskOf('a', risen, steady)], { ...failures, kinds: [fewer] })).toHaveLength(2);
  });

  it.each([
    [12, 1, 1],
    [11, 1, 0],
    [17, 1000, 1],
    [16, 1000, 0],
  ])('is made of %i runs of a new kind among %i comparisons: %i', (now, comparisons, count) => {
    const kindOf = (number: number) => ({
      ...{ kind: `${number}`, isNew: number === 0, tasks: [] },
      ...(number === 0 ? { now, before: 0 } : { now: 50, before: 20 }),
    });
    const kinds = Array.from({ length: comparisons }, (_, index) => kindOf(index));
    const changes = changesIn([], { runs: { now: 100_000, before: 100_000 }, kinds });
    expect(changes.filter(({ rule }) => rule === 'failure_new')).toHaveLength(count);
  });

  it(`needs ${minRuns} runs in both periods`, () => {
    const few: [Figures, Figures] = [failing(19, 19), failing(0, 1000)];
    expect(changesIn([taskOf('a', few, [noFigures, noFigures])])).toEqual([]);
    const enough: [Figures, Figures] = [failing(20, 20), failing(0, 1000)];
    expect(changesIn([taskOf('a', enough, [noFigures, noFigures])])).toHaveLength(1);
  });

  it('is not made of a rise that is clear but small', () => {
    const small: [Figures, Figures] = [failing(110_000, 1_000_000), failing(100_000, 1_000_000)];
    expect(changesIn([taskOf('a', small, [noFigures, noFigures])])).toEqual([]);
  });

  it('precedes those that affect fewer runs, of which a report has the first 20', () => {
    const tasks = Array.from({ length: 25 }, (_, index) =>
      taskOf(`${index}`, [failing(300 + index, 1000), failing(10, 1000)], [noFigures, noFigures]),
    );
    const changes = findChanges({ tasks, failures: noFailures, stopped: [{ taskId: 'gone', runs: 310 }] });
    expect(changes).toHaveLength(maxFindings);
    expect(changes.slice(13, 16).map(({ taskId, runs }) => [taskId, runs])).toEqual([
      ['11', 311],
      ['gone', 310],
      ['10', 310],
    ]);
  });
});

describe('a task that has stopped', () => {
  const hour = 3_600_000;
  const from = Date.UTC(2024, 2, 10, 9, 30);
  const to = from + 2 * hour;
  const at = (day: number, hours: number) => Date.UTC(2024, 2, 10 - day, hours);

  it('had runs at the same hours of each of the seven days before', () => {
    const active = [1, 2, 3, 4, 5, 6, 7].map((day) => at(day, 11));
    expect(wasAlwaysActive(active, { from, to })).toBe(true);
    expect(wasAlwaysActive(active.slice(1), { from, to })).toBe(false);
    expect(wasAlwaysActive([...active.slice(1), at(1, 12), at(1, 8)], { from, to })).toBe(false);
  });
});

it('docs/reports.md has the table of rules', () => {
  const rows = tableRows('docs/reports.md', 'What has changed', 'rule').map((cells) => cells.slice(0, 4));
  const minimum = ({ minRise }: SetRule) => (minRise > 0 ? ` and ${minRise * 100} point` : '');
  expect(rows).toEqual([
    [
      '`failure_new`',
      otherRules.failure_new.unit,
      otherRules.failure_new.runs,
      'first seen in the period, in about 12 runs or more',
    ],
    ['`failure_grew`', otherRules.failure_grew.unit, otherRules.failure_grew.runs, `to ${minRatio} times`],
    ['`stopped`', otherRules.stopped.unit, otherRules.stopped.runs, 'no run'],
    ...Object.entries(setRules).map(([name, rule]) => [
      `\`${name}\``,
      rule.unit,
      rule.runs,
      `to ${minRatio} times${minimum(rule)}`,
    ]),
  ]);
  expect([minZ, minRuns, thresholdMargin]).toEqual([4, 20, 1.1]);
});
