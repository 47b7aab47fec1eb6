// Applies the rules to the figures of a report: which changes are clear, and which of them a narrower one explains.

import type { RunFilterInput } from '../visibility/run-filter.js';
import type { Compared, Figures, KindFigures, ReportFigures, TaskFigures } from './figures.js';
import { isClear, isComparable, riseOf, type Share, showsNoRise } from './rise.js';
import { minRatio, type RuleName, ruleNames, type SetRule, type SetRuleName, setRules } from './rules.js';

export interface Change extends Compared<number> {
  readonly rule: RuleName;
  readonly taskId: string | null;
  readonly revisionId: string | null;
  /** Whether the revision had no runs in the previous period, and is compared with its task. */
  readonly isNewRevision: boolean;
  readonly kind: string | null;
  /** Number of affected runs. */
  readonly runs: number;
  /** The filter that matches these runs, except for the period. */
  readonly filter: RunFilterInput;
}

/** Maximum number of findings in a report. */
export const maxFindings = 20;

/** Two periods of a task or revision, compared by a rule. */
interface Comparison extends Compared<Figures> {
  readonly name: SetRuleName;
  readonly task: TaskFigures;
  readonly revisionId: string | null;
  readonly isNewRevision: boolean;
  readonly z: number;
}

interface KindComparison {
  readonly kind: KindFigures;
  readonly z: number;
}

/** Returns the changes, those that affect most runs first. */
export function findChanges({ tasks, failures, stopped }: ReportFigures): Change[] {
  const comparisons = tasks.flatMap(compareTask);
  const kinds = compareKinds(failures);
  const count = comparisons.length + kinds.length;
  const isFound = ({ z }: { readonly z: number }) => isClear(z, count);
  const foundKinds = kinds.filter(isFound).map(({ kind }) => kind);
  const found = comparisons.filter(isFound).filter(isWorthTelling);
  const kept = found.filter(
    (comparison) => !isCovered(comparison, found) && !foundKinds.some((kind) => explains(kind, comparison)),
  );
  const changes = [
    ...foundKinds.map((kind) => changeOfKind(kind, failures.runs)),
    ...kept.map(changeOfSet),
    ...stopped.map(changeOfStopped),
  ];
  return changes.sort(byRuns).slice(0, maxFindings);
}

function byRuns(one: Change, other: Change): number {
  return other.runs - one.runs || ruleNames.indexOf(one.rule) - ruleNames.indexOf(other.rule);
}

/** Compares a task and its revisions by each rule. */
function compareTask(task: TaskFigures): Comparison[] {
  const parts = task.revisions.filter((revision) => !isWhole(revision, task));
  const sets = [
    { now: task.now, before: task.before, revisionId: null, isNewRevision: false },
    ...parts.map(({ revisionId, now, before }) => {
      const isNewRevision = before.runs === 0;
      return { now, before: isNewRevision ? task.before : before, revisionId, isNewRevision };
    }),
  ];
  return (Object.keys(setRules) as SetRuleName[]).flatMap((name) =>
    sets.flatMap((set) => {
      const { now, before } = sharesOf(name, set);
      return isComparable(now, before) ? [{ ...set, name, task, z: riseOf(now, before) }] : [];
    }),
  );
}

/** Whether a revision has all runs of its task, in both periods. */
function isWhole(revision: Compared<Figures>, task: TaskFigures): boolean {
  return revision.now.runs === task.now.runs && revision.before.runs === task.before.runs;
}

function sharesOf(name: SetRuleName, { now, before }: Compared<Figures>): Compared<Share> {
  const rule: SetRule = setRules[name];
  const shareOf = (figures: Figures) => ({ affected: rule.affected(figures), of: rule.of(figures) });
  return { now: shareOf(now), before: shareOf(before) };
}

function isWorthTelling({ name, now, before }: Comparison): boolean {
  const rule: SetRule = setRules[name];
  const values = [rule.value(now), rule.value(before)] as const;
  if (values[0] === null || values[1] === null) return false;
  return values[0] >= minRatio * values[1] && values[0] - values[1] >= rule.minRise;
}

/** Kinds are compared among the runs whose payload the caller sees. */
function compareKinds({ runs, kinds }: ReportFigures['failures']): KindComparison[] {
  return kinds.flatMap((kind) => {
    const now = { affected: kind.now, of: runs.now };
    const before = { affected: kind.before, of: runs.before };
    const isGreater = kind.now * runs.before >= minRatio * kind.before * runs.now;
    return isComparable(now, before) && isGreater ? [{ kind, z: riseOf(now, before) }] : [];
  });
}

/**
 * Whether another finding by the same rule makes this one redundant: one revision explains the task, or the task covers
 * the revision.
 */
function isCovered(comparison: Comparison, found: readonly Comparison[]): boolean {
  const related = found.filter(({ name, task }) => name === comparison.name && task === comparison.task);
  const whole = related.find(({ revisionId }) => revisionId === null);
  const isExplained = whole !== undefined && related.some((part) => part !== whole && isExplainedBy(whole, part));
  return comparison.revisionId === null ? isExplained : whole !== undefined && !isExplained;
}

function isExplainedBy(whole: Comparison, { name, now, before, isNewRevision }: Comparison): boolean {
  const all = sharesOf(name, whole);
  const part = sharesOf(name, { now, before });
  const previous = isNewRevision ? all.before : without(all.before, part.before);
  return showsNoRise(without(all.now, part.now), previous);
}

function without(whole: Share, part: Share): Share {
  return { affected: whole.affected - part.affected, of: whole.of - part.of };
}

/** Whether the runs that did not fail with a kind show no rise of the failure rate. */
function explains({ tasks }: KindFigures, { name, task, revisionId, isNewRevision, ...periods }: Comparison): boolean {
  const inTask = tasks.find(({ taskId }) => taskId === task.taskId);
  if (name !== 'failure_rate_rose' || inTask === undefined) return false;
  const own = revisionId === null ? inTask : inTask.revisions.find((revision) => revision.revisionId === revisionId);
  if (own === undefined) return false;
  const { now, before } = sharesOf(name, periods);
  const previous = isNewRevision ? inTask.before : own.before;
  return showsNoRise(withFewer(now, own.now), withFewer(before, previous));
}

function withFewer({ affected, of }: Share, count: number): Share {
  return { affected: Math.max(0, affected - count), of };
}

/** Returns the change of a kind, in the one task and the one revision that explain it, if any. */
function changeOfKind({ isNew, ...kind }: KindFigures, runs: Compared<number>): Change {
  const task = explainingPart(kind, kind.tasks, runs);
  const revision = task && explainingPart(task, task.revisions, runs);
  const { now, before } = revision ?? task ?? kind;
  return {
    rule: isNew ? 'failure_new' : 'failure_grew',
    taskId: task?.taskId ?? null,
    revisionId: revision?.revisionId ?? null,
    isNewRevision: false,
    kind: kind.kind,
    now: now / runs.now,
    before: before / runs.before,
    runs: now,
    filter: {
      failureIn: [kind.kind],
      ...(task && { taskIdIn: [task.taskId] }),
      ...(revision && { taskRevisionId: revision.revisionId }),
    },
  };
}

/** Returns the part without which the others show no rise. */
function explainingPart<Part extends Compared<number>>(
  whole: Compared<number>,
  parts: readonly Part[],
  runs: Compared<number>,
): Part | undefined {
  const rest = (part: Part, period: 'now' | 'before') => ({
    affected: Math.max(0, whole[period] - part[period]),
    of: runs[period],
  });
  const explaining = parts.filter((part) => showsNoRise(rest(part, 'now'), rest(part, 'before')));
  return explaining.length === 1 ? explaining[0] : undefined;
}

function changeOfSet({ name, task, revisionId, isNewRevision, now, before }: Comparison): Change {
  const { taskId, thresholds } = task;
  const rule: SetRule = setRules[name];
  return {
    rule: name,
    taskId,
    revisionId,
    isNewRevision,
    kind: null,
    now: rule.value(now)!,
    before: rule.value(before)!,
    runs: rule.affected(now),
    filter: {
      taskIdIn: [taskId],
      ...(revisionId !== null && { taskRevisionId: revisionId }),
      ...rule.filterOf(thresholds),
    },
  };
}

function changeOfStopped({ taskId, runs }: ReportFigures['stopped'][number]): Change {
  const noKind = { revisionId: null, isNewRevision: false, kind: null };
  return { rule: 'stopped', taskId, ...noKind, now: 0, before: runs, runs, filter: { taskIdIn: [taskId] } };
}
