// Composes one statement for the scopes of several objects, with a lateral subquery over a row of task ids per scope.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import type { RunFilter } from './run-filter.js';
import type { RunScope } from './run-scope.js';

/** SQL over the row `request` for the ids of its scope's tasks, which replace those of {@link visibleRuns}. */
export const requestedTaskIds = { all: 'request.all_runs::uuid[]', own: 'request.own_runs::uuid[]' } as const;

/**
 * Composes a statement that returns one row per scope, in order.
 * @param text SQL for one row that reads the tasks of {@link requestedTaskIds}
 */
export function forEachScope(scopes: readonly RunScope[], text: string, { add }: Pick<SqlParameters, 'add'>): string {
  const idsOf = (name: 'allRunsTaskIds' | 'ownRunsTaskIds') =>
    hideFromPlanner(
      add(
        scopes.map((scope) => `{${scope[name].join()}}`),
        'text[]',
      ),
    );
  return `SELECT result.*
FROM unnest(${idsOf('allRunsTaskIds')}, ${idsOf('ownRunsTaskIds')}) WITH ORDINALITY AS request (all_runs, own_runs, position)
CROSS JOIN LATERAL (${text}) AS result
ORDER BY request.position`;
}

/** Returns a key shared by scopes for which the SQL of a filter's runs differs only in the tasks. */
export function batchKeyOfScope({ path, allRunsTaskIds, ownRunsTaskIds, userId }: RunScope, filter: RunFilter): string {
  const hasOwn = ownRunsTaskIds.length > 0;
  const place = Object.keys(filter).length > 0 ? (path.projectId ?? path.orgId) : null;
  return JSON.stringify([allRunsTaskIds.length > 0 || !hasOwn, hasOwn, hasOwn ? userId : null, place]);
}

/**
 * Calls `readAll` with each group of keys that share a batch key, and `readSingle` with every other key. Returns the
 * results in the order of the keys.
 */
export async function readByBatchKey<Key, Result>(
  keys: readonly Key[],
  batchKeyOf: (key: Key) => string | null,
  readSingle: (key: Key) => Promise<Result>,
  readAll: (keys: readonly Key[]) => Promise<readonly Result[]>,
): Promise<(Result | Error)[]> {
  const byKey = new Map<string, number[]>();
  for (const [index, key] of keys.entries()) {
    const batchKey = batchKeyOf(key) ?? `${index}`;
    byKey.set(batchKey, [...(byKey.get(batchKey) ?? []), index]);
  }
  const results: (Result | Error)[] = [];
  await Promise.all(
    [...byKey.values()].map(async (indexes) => {
      const batch = indexes.map((index) => keys[index]!);
      const read = batch.length > 1 ? readAll(batch) : readSingle(batch[0]!).then((result) => [result]);
      const found = await read.catch((error: Error) => error);
      for (const [at, index] of indexes.entries()) results[index] = found instanceof Error ? found : found[at]!;
    }),
  );
  return results;
}
