// Reads the planner's estimates of the numbers of runs. They are the same for all tasks and callers, because the
// expected cost of a request must not reveal whether a task has runs.

import type { StatementRunner } from '../database/connection/statement-runner.js';
import { leafTables } from '../database/leaf-tables.js';
import type { Statement } from '../database/statements.js';
import { declareLimit } from '../limits.js';

export interface RunCounts {
  /** The number of runs in the task of a random run. Large tasks have more weight than small ones. */
  readonly runsPerTask: number;
  /** The number of runs in the project of a random run. */
  readonly runsPerProject: number;
  /** The runs in the organization of a random run. */
  readonly runsPerOrganization: number;
  /** The start of the period in which nearly all runs were created, in milliseconds since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

export interface RunCountsReader {
  /** Returns the counts of the last read. Refreshes old ones in the background. */
  current(): RunCounts;
  read(): Promise<void>;
}

/** The counts before the first read. With these, costs do not depend on the number of runs. */
const noCounts: RunCounts = { runsPerTask: 0, runsPerProject: 0, runsPerOrganization: 0, oldest: 0, newest: 0 };

const rereadAfterMs = declareLimit(600_000, {
  section: 'Inside',
  name: 'age of the estimated run counts',
  unit: 'ms',
  shownAs: 's',
  beyond: 'read again',
});

const day = 86_400_000;
/** Replaces earlier times. */
const earliest = Date.UTC(2000, 0);

/**
 * Without statistics, assumes runs of a kilobyte that are spread evenly over all tasks. Ignores the first and the last
 * bound of the histogram, which are values of single runs: one absurd time would make any other time window seem empty.
 */
const statement: Statement = {
  name: 'run_counts',
  text: `
WITH everything AS (
  SELECT sum(CASE WHEN reltuples >= 0 THEN reltuples ELSE pg_relation_size(oid) / 1024 END) AS runs
  FROM pg_class WHERE oid IN (${leafTables("'task_run'::regclass")})
), columns AS (
  SELECT attname AS name, most_common_vals::text AS common, most_common_freqs AS shares, histogram_bounds::text AS bounds
  FROM pg_stats
  WHERE (schemaname, tablename) = (
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = 'task_run'::regclass
  ) AND attname IN ('task_id', 'created')
), common AS (
  SELECT common.id, common.share FROM columns
  CROSS JOIN LATERAL unnest(columns.common::uuid[], columns.shares) AS common (id, share)
  WHERE columns.name = 'task_id'
), other AS (
  SELECT (1 - coalesce((SELECT sum(share) FROM common), 0)) / greatest(count(*), 1) AS share
  FROM task WHERE id NOT IN (SELECT id FROM common)
), tasks AS (
  SELECT task.project_id, coalesce(common.share, other.share) AS share
  FROM task CROSS JOIN other LEFT JOIN common USING (id)
), projects AS (
  SELECT project_id, sum(share) AS share FROM tasks GROUP BY project_id
), organizations AS (
  SELECT sum(projects.share) AS share FROM projects JOIN project ON project.id = projects.project_id GROUP BY project.org_id
), bounds AS (
  SELECT bounds[2] AS oldest, bounds[cardinality(bounds) - 1] AS newest
  FROM (SELECT bounds::timestamptz[] AS bounds FROM columns WHERE name = 'created') AS created
)
SELECT everything.runs * (SELECT sum(share * share) FROM tasks) AS "perTask",
  everything.runs * (SELECT sum(share * share) FROM projects) AS "perProject",
  everything.runs * (SELECT sum(share * share) FROM organizations) AS "perOrganization",
  (SELECT extract(epoch FROM oldest)::float8 * 1000 FROM bounds) AS oldest,
  (SELECT extract(epoch FROM newest)::float8 * 1000 FROM bounds) AS newest
FROM everything`,
};

type Row = { readonly [Name in 'perTask' | 'perProject' | 'perOrganization' | 'oldest' | 'newest']: number | null };

/** @param now milliseconds since 1970 */
export function createRunCounts(statements: Pick<StatementRunner, 'run'>, now: () => number): RunCountsReader {
  let counts = noCounts;
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    readAt = now();
    const [row] = await statements.run<Row>(statement, []);
    counts = {
      runsPerTask: roundToPowerOfTwo(row!.perTask),
      runsPerProject: roundToPowerOfTwo(row!.perProject),
      runsPerOrganization: roundToPowerOfTwo(row!.perOrganization),
      ...boundsOf(row!, readAt),
    };
  }

  return {
    read,
    current() {
      // Errors are ignored, because requests report an unreachable database.
      if (now() - readAt > rereadAfterMs) void read().catch(() => {});
      return counts;
    },
  };
}

/** Returns both bounds as days before now, rounded to powers of two so that nearly all runs are between them. */
function boundsOf({ oldest, newest }: Row, now: number): Pick<RunCounts, 'oldest' | 'newest'> {
  if (oldest === null || newest === null) return { oldest: 0, newest: 0 };
  const daysBefore = (time: number) => Math.max(1, (now - Math.max(earliest, time)) / day);
  const newestDays = daysBefore(newest);
  return {
    oldest: now - 2 ** Math.ceil(Math.log2(daysBefore(oldest))) * day,
    newest: newestDays < 2 ? now : now - 2 ** Math.floor(Math.log2(newestDays)) * day,
  };
}

/** Smaller numbers are not distinguished, because a scan of so few runs takes only a few milliseconds. */
const minCount = 2 ** 14;

/**
 * Rounds to a power of two, so that an estimate does not reveal how many runs others have, or whether there are any.
 */
function roundToPowerOfTwo(count: number | null): number {
  return Math.max(minCount, 2 ** Math.round(Math.log2(Math.max(1, count ?? 0))));
}
