import { shortId } from '../../shared/format/format-id.js';
import type { HomeBucket, HomeFailure, HomeProject } from '../operations.js';
import { isNewKind, noveltyOf } from '../statistics/novelty.js';
import { type Place, withPlaces } from './places.js';

/** A kind of failure in all projects of an organization. */
export interface FailureFigures {
  readonly kind: string;
  /** The message of its newest run, if it is known and short; otherwise the kind. */
  readonly message: string;
  /** Projects with these runs, starting with the one with most of them. */
  readonly places: readonly FailurePlace[];
  readonly runs: number;
  /** The number of runs in the previous period. */
  readonly before: number;
  /** `new` or `back after …`, or `null` if the kind occurred in the previous period as well. */
  readonly novelty: string | null;
  /** When the kind was first seen in any of the projects, over all time. */
  readonly firstSeen: string | null;
  readonly lastCreated: string | null;
  readonly bars: readonly HomeBucket[];
}

/** A project with runs that failed in the same way. */
export interface FailurePlace {
  readonly place: Place;
  readonly runs: number;
  /** The tasks with most of these runs, each with its newest revisions: `Support triage v14, v13`. */
  readonly tasks: readonly string[];
  readonly hasMoreTasks: boolean;
}

interface Period {
  readonly start: number;
  readonly end: number;
}

type MergedKind = Omit<FailureFigures, 'message' | 'novelty'> & { readonly message: string | null };

/** Returns the kinds of failures: new ones first, then those that grew most, then the most recent. */
export function failuresOf(
  projects: readonly Place[],
  found: readonly HomeProject[],
  period: Period,
): readonly FailureFigures[] {
  const byKind = new Map<string, MergedKind>();
  for (const { place, statistics } of withPlaces(projects, found)) {
    for (const failure of statistics.failures?.groupBy ?? []) {
      const figures = kindIn(place, failure, statistics);
      // A list of runs has at most one organization, and opens exactly the runs that are counted here.
      const key = `${place.orgId} ${figures.kind}`;
      const others = byKind.get(key);
      byKind.set(key, others === undefined ? figures : merged(others, figures));
    }
  }
  const isNew = (kind: MergedKind) => Number(isNewKind(kind, period));
  return [...byKind.values()]
    .toSorted(
      (one, other) =>
        isNew(other) - isNew(one) ||
        other.runs - other.before - (one.runs - one.before) ||
        (other.lastCreated ?? '').localeCompare(one.lastCreated ?? ''),
    )
    .map((kind) => ({ ...kind, message: readable(kind), novelty: noveltyOf(kind, period) }));
}

const shownTasks = 3;

function kindIn(place: Place, failure: HomeFailure, { recent }: HomeProject): MergedKind {
  const { runs, firstSeen, lastCreated, previous, buckets, tasks } = failure;
  const kind = failure.value ?? '';
  return {
    kind,
    message: recent?.nodes.find((run) => run?.failure === kind)?.failureMessage ?? null,
    places: [{ place, runs, tasks: tasks.slice(0, shownTasks).map(taskName), hasMoreTasks: tasks.length > shownTasks }],
    runs,
    before: previous.runs,
    firstSeen,
    lastCreated,
    bars: buckets,
  };
}

function taskName({ value, task, revisions }: HomeFailure['tasks'][number]): string {
  const names = revisions.map((revision) => revision.taskRevision?.name ?? shortId(revision.value ?? ''));
  return `${task?.name ?? shortId(value ?? '')} ${names.join(', ')}`;
}

/** Merges figures of the same kind from different projects, whose bars cover the same times. */
function merged(one: MergedKind, other: MergedKind): MergedKind {
  const [firstSeen = null] = [one.firstSeen, other.firstSeen].filter((time) => time !== null).toSorted();
  const [older, newer] = (one.lastCreated ?? '') < (other.lastCreated ?? '') ? [one, other] : [other, one];
  return {
    kind: one.kind,
    message: newer.message ?? older.message,
    places: [...one.places, ...other.places].toSorted((first, second) => second.runs - first.runs),
    runs: one.runs + other.runs,
    before: one.before + other.before,
    firstSeen,
    lastCreated: newer.lastCreated,
    bars: one.bars.map((bar, index) => ({
      runs: bar.runs + (other.bars[index]?.runs ?? 0),
      errors: bar.errors + (other.bars[index]?.errors ?? 0),
    })),
  };
}

const maxMessage = 200;

/** Kinds of tracebacks and long messages are their gist. */
function readable({ kind, message }: MergedKind): string {
  return message === null || message.length > maxMessage || message.includes('\n') ? kind : message;
}
