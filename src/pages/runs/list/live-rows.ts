// The rows of a live list, from the runs that were read and the changes since then.

/** The part of a run on which its place in the list depends. */
interface Run {
  readonly id: string;
  readonly created: string;
}

/** Changed runs by id, latest change last; `null` if the run was deleted. */
type Changes<Changed> = ReadonlyMap<string, Changed | null>;

/** Returns the ids of runs that are newer than all listed ones, and that the list could show above them. */
export function waitingRuns(listed: readonly Run[], changed: Changes<Run>): readonly string[] {
  const newest = listed[0]?.created ?? '';
  const known = new Set(listed.map(({ id }) => id));
  return [...changed].flatMap(([id, run]) => (run !== null && run.created > newest && !known.has(id) ? [id] : []));
}

/**
 * Returns the rows without deleted runs: the flowed ones, newest first, then the listed ones in their current state and
 * place.
 */
export function rowsOf<Row extends Run>(
  listed: readonly Row[],
  changed: Changes<Row>,
  flowed: ReadonlySet<string>,
): readonly Row[] {
  const above = [...flowed].flatMap((id) => changed.get(id) ?? []);
  return [
    ...above.toSorted((one, other) => (one.created < other.created ? 1 : -1)),
    ...listed.flatMap((run) => {
      const now = changed.get(run.id);
      return now === null ? [] : now === undefined ? run : { ...run, ...now };
    }),
  ];
}

export function countDeleted(listed: readonly Run[], changed: Changes<Run>): number {
  return listed.filter(({ id }) => changed.get(id) === null).length;
}

export interface NewRuns {
  readonly count: number;
  readonly failed: number;
}

/** The creation time and status of a run. */
export interface Outcome {
  readonly created: string;
  readonly isError: boolean;
}

/** Counts the runs that were created after the newest counted one, without the shown ones. */
export function countNew(outcomes: Changes<Outcome>, shown: Iterable<string>, newest: string | undefined): NewRuns {
  const known = new Set(shown);
  let [count, failed] = [0, 0];
  for (const [id, outcome] of outcomes) {
    if (outcome === null || outcome.created <= (newest ?? '') || known.has(id)) continue;
    count++;
    if (outcome.isError) failed++;
  }
  return { count, failed };
}
