import type { HomeMeasures, HomeProject, HomeTask } from '../operations.js';
import { comparableRateOf, isHighRate, p95Of } from '../statistics/rates.js';
import { type Place, placeName, withPlaces } from './places.js';

/** A task with its runs of the period. */
export interface TaskRow {
  readonly taskId: string;
  readonly name: string;
  readonly measures: HomeTask;
}

/** The tasks of a project, with their sums. */
export interface TaskGroup {
  readonly place: Place;
  readonly name: string;
  readonly measures: ComparedMeasures;
  readonly tasks: readonly TaskRow[];
}

/** Measures of the period and of the previous one. */
export type ComparedMeasures = HomeMeasures & { readonly previous: HomeMeasures };

/** Returns the projects with runs. */
export function taskGroupsOf(projects: readonly Place[], found: readonly HomeProject[]): readonly TaskGroup[] {
  return withPlaces(projects, found).flatMap(({ place, statistics }) => {
    const tasks = (statistics.taskRunStats?.groupBy ?? []).map((measures) => ({
      taskId: measures.value ?? '',
      name: measures.task?.name ?? measures.value ?? '',
      measures,
    }));
    return tasks.length === 0 ? [] : [groupOf(place, tasks)];
  });
}

function groupOf(place: Place, tasks: readonly TaskRow[]): TaskGroup {
  const measures = tasks.map((task) => task.measures);
  const previous = sumOf(measures.map((task) => task.previous));
  return { place, name: placeName(place), tasks, measures: { ...sumOf(measures), previous } };
}

/** Adds up measures. The percentile is the greatest one, because percentiles have no sum. */
function sumOf(all: readonly HomeMeasures[]): HomeMeasures {
  const sum = (read: (measures: HomeMeasures) => number | string) =>
    all.reduce((total, measures) => total + Number(read(measures)), 0);
  const p95s = all.map(p95Of).filter((p95) => p95 !== null);
  return {
    runs: sum(({ runs }) => runs),
    errors: sum(({ errors }) => errors),
    totalTokens: String(sum(({ totalTokens }) => totalTokens)),
    // Decimal fractions are not exact in binary.
    chargedCredits: String(Number(sum(({ chargedCredits }) => chargedCredits).toFixed(6))),
    llmCallTiming: { p95: p95s.length === 0 ? null : Math.max(...p95s) },
  };
}

/** The tasks whose names, with those of their projects, have words that begin with those of a text, with their sums. */
export function matchingGroups(groups: readonly TaskGroup[], text: string): readonly TaskGroup[] {
  const words = wordsOf(text);
  const matches = (names: string) =>
    words.every((word) => wordsOf(names).some((wordOfName) => wordOfName.startsWith(word)));
  return groups.flatMap((group) => {
    if (matches(group.name)) return [group];
    const tasks = group.tasks.filter(({ name }) => matches(`${group.name} ${name}`));
    return tasks.length === 0 ? [] : [groupOf(group.place, tasks)];
  });
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Numbers by which tasks and projects are sorted, largest first, by the name of their column. */
const sortKeys = {
  runs: ({ runs }) => runs,
  failed: ({ errors }) => errors,
  rate: comparableRateOf,
  p95: p95Of,
  tokens: ({ totalTokens }) => Number(totalTokens),
  credits: ({ chargedCredits }) => Number(chargedCredits),
} satisfies Record<string, (measures: HomeMeasures) => number | null>;

export type SortKey = keyof typeof sortKeys | 'name';

export const defaultSort: SortKey = 'failed';

export function sortKeyOf(text: string | null): SortKey {
  return text === 'name' || (text !== null && Object.hasOwn(sortKeys, text)) ? (text as SortKey) : defaultSort;
}

/** Sorts projects, and the tasks of each. Equal ones are sorted by failures, then by runs, then by name. */
export function sortedGroups(groups: readonly TaskGroup[], key: SortKey): readonly TaskGroup[] {
  return sorted(groups, key).map((group) => ({ ...group, tasks: sorted(group.tasks, key) }));
}

function sorted<Item extends { readonly name: string; readonly measures: HomeMeasures }>(
  items: readonly Item[],
  key: SortKey,
): readonly Item[] {
  const byName = (one: Item, other: Item) => one.name.localeCompare(other.name);
  if (key === 'name') return items.toSorted(byName);
  const keys = [sortKeys[key], sortKeys.failed, sortKeys.runs];
  return items.toSorted((one, other) => {
    for (const read of keys) {
      const order = (read(other.measures) ?? -1) - (read(one.measures) ?? -1);
      if (order !== 0) return order;
    }
    return byName(one, other);
  });
}

/** Returns the task with the highest failure rate if that is high, to name it while the project is folded. */
export function worstTask({ tasks }: TaskGroup): TaskRow | undefined {
  return sorted(
    tasks.filter(({ measures }) => isHighRate(measures)),
    'rate',
  )[0];
}

/** More tasks are folded. */
const maxUnfolded = 40;

/**
 * Returns the ids of the projects whose tasks are shown without a click: all of them, or among many tasks, those with a
 * high failure rate, starting with most failures.
 */
export function unfoldedProjects(groups: readonly TaskGroup[]): ReadonlySet<string> {
  const hasProblem = ({ tasks }: TaskGroup) => tasks.some(({ measures }) => isHighRate(measures));
  const isFew = countTasks(groups) <= maxUnfolded;
  const unfolded: TaskGroup[] = [];
  for (const group of sortedGroups(groups, defaultSort)) {
    if (isFew || (hasProblem(group) && countTasks([...unfolded, group]) <= maxUnfolded)) unfolded.push(group);
  }
  return new Set(unfolded.map(({ place }) => place.project.id));
}

export function countTasks(groups: readonly TaskGroup[]): number {
  return groups.reduce((count, { tasks }) => count + tasks.length, 0);
}
