import type { HomeFailure, HomeProject, HomeTask } from '../operations.js';
import type { VisibleProject } from '../scope/viewer.js';

/** A task with its runs of the last 24 hours. */
export interface TaskFigures {
  readonly place: VisibleProject;
  readonly taskId: string;
  readonly name: string;
  readonly measures: HomeTask;
}

/** A project with runs that failed in the same way. */
export interface FailurePlace {
  readonly place: VisibleProject;
  readonly runs: number;
  /** The names of the tasks with most of these runs. */
  readonly tasks: readonly string[];
}

/** A kind of failure in all projects. */
export interface FailureFigures {
  readonly kind: string;
  /** Projects with these runs, starting with the one with most of them. */
  readonly places: readonly FailurePlace[];
  readonly runs: number;
  /** The number of runs in the previous 24 hours. */
  readonly before: number;
  /** When the kind was first seen in any of the projects, over all time. */
  readonly firstSeen: string | null;
  readonly perHour: readonly number[];
}

/** Returns the tasks with runs, starting with those with most failures. */
export function tasksOf(projects: readonly VisibleProject[], found: readonly HomeProject[]): readonly TaskFigures[] {
  return withPlaces(projects, found)
    .flatMap(({ place, statistics }) =>
      (statistics.taskRunStats?.groupBy ?? []).map((measures) => {
        return { place, taskId: measures.value ?? '', name: nameOf(measures), measures };
      }),
    )
    .toSorted((one, other) => other.measures.errors - one.measures.errors || other.measures.runs - one.measures.runs);
}

/** Returns the kinds of failures, sorted by growth; among equal ones, new ones come first, then the most recent. */
export function failuresOf(
  projects: readonly VisibleProject[],
  found: readonly HomeProject[],
): readonly FailureFigures[] {
  const byKind = new Map<string, FailureFigures>();
  for (const { place, statistics } of withPlaces(projects, found)) {
    for (const failure of statistics.failures?.groupBy ?? []) {
      const figures = failureFigures(place, failure);
      const others = byKind.get(figures.kind);
      byKind.set(figures.kind, others === undefined ? figures : joined(others, figures));
    }
  }
  return [...byKind.values()].toSorted(
    (one, other) =>
      other.runs - other.before - (one.runs - one.before) ||
      Number(other.before === 0) - Number(one.before === 0) ||
      (other.firstSeen ?? '').localeCompare(one.firstSeen ?? ''),
  );
}

function failureFigures(place: VisibleProject, failure: HomeFailure): FailureFigures {
  const { runs } = failure;
  return {
    kind: failure.value ?? '',
    places: [{ place, runs, tasks: failure.groupBy.map(nameOf) }],
    runs,
    before: failure.previous.runs,
    firstSeen: failure.firstSeen,
    perHour: failure.buckets.map((bucket) => bucket.runs),
  };
}

/** Merges figures of the same kind from different projects, which cover the same hours. */
function joined(one: FailureFigures, other: FailureFigures): FailureFigures {
  const [firstSeen = null] = [one.firstSeen, other.firstSeen].filter((time) => time !== null).toSorted();
  return {
    kind: one.kind,
    places: [...one.places, ...other.places].toSorted((first, second) => second.runs - first.runs),
    runs: one.runs + other.runs,
    before: one.before + other.before,
    firstSeen,
    perHour: one.perHour.map((count, hour) => count + (other.perHour[hour] ?? 0)),
  };
}

function withPlaces(projects: readonly VisibleProject[], found: readonly HomeProject[]) {
  return found.flatMap((statistics) => {
    const place = projects.find(({ project }) => project.id === statistics.id);
    return place === undefined ? [] : [{ place, statistics }];
  });
}

function nameOf({ task, value }: Pick<HomeTask, 'task' | 'value'>): string {
  return task?.name ?? value ?? '';
}
