import type { HomeFailure, HomeProject, HomeTask } from '../operations.js';
import type { VisibleProject } from '../scope/viewer.js';

/** A task with its runs of the last 24 hours. */
export interface TaskFigures {
  readonly place: VisibleProject;
  readonly taskId: string;
  readonly name: string;
  readonly measures: HomeTask;
}

/** A kind of failure in a project. */
export interface FailureFigures {
  readonly place: VisibleProject;
  readonly kind: string;
  readonly runs: number;
  /** In the 24 hours before. */
  readonly before: number;
  readonly firstCreated: string | null;
  readonly perHour: readonly number[];
  /** The names of the tasks with most of these runs. */
  readonly tasks: readonly string[];
}

/** Returns the tasks with runs, those with most failures first. */
export function tasksOf(projects: readonly VisibleProject[], found: readonly HomeProject[]): readonly TaskFigures[] {
  return withPlaces(projects, found)
    .flatMap(({ place, statistics }) =>
      (statistics.taskRunStats?.groupBy ?? []).map((measures) => {
        return { place, taskId: measures.value ?? '', name: nameOf(measures), measures };
      }),
    )
    .toSorted((one, other) => other.measures.errors - one.measures.errors || other.measures.runs - one.measures.runs);
}

/** Returns the kinds of failures: new ones first, then those that grew most, of equal ones the newest. */
export function failuresOf(
  projects: readonly VisibleProject[],
  found: readonly HomeProject[],
): readonly FailureFigures[] {
  return withPlaces(projects, found)
    .flatMap(({ place, statistics }) =>
      (statistics.failures?.groupBy ?? []).map((failure) => failureFigures(place, failure)),
    )
    .toSorted(
      (one, other) =>
        Number(other.before === 0) - Number(one.before === 0) ||
        other.runs - other.before - (one.runs - one.before) ||
        (other.firstCreated ?? '').localeCompare(one.firstCreated ?? ''),
    );
}

function failureFigures(place: VisibleProject, failure: HomeFailure): FailureFigures {
  return {
    place,
    kind: failure.value ?? '',
    runs: failure.runs,
    before: failure.previous.runs,
    firstCreated: failure.firstCreated,
    perHour: failure.buckets.map(({ runs }) => runs),
    tasks: failure.groupBy.map(nameOf),
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
