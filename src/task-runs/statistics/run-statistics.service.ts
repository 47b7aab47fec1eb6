// A caller's statistics, created for each request, over exactly the runs that the caller can read individually.

import DataLoader from 'dataloader';
import type { RequestBudget } from '../../admission/request-budget.js';
import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { lazy, lazyByName } from '../../scheduling/lazy.js';
import type { ScopePath } from '../columns/run-path.js';
import { hasNewKinds } from '../failures/new-kinds.js';
import { countList } from '../lists/count-list.js';
import type { TaskRunService } from '../task-runs.service.js';
import { parseRunFilter, type RunFilter, type RunFilterInput, scopeKindOf } from '../visibility/run-filter.js';
import { parseScopePath, type ScopeInput } from '../visibility/run-scope.js';
import { type RootStatisticsSelection, scopeKindOfGroupings, toGroupings } from './groupings.js';
import { previousPeriodFilter } from './previous-period.js';
import type { StatisticsKey } from './statement.js';
import { type StatisticsReader, statisticsKey } from './statistics-reader.js';
import type { RunStatistics } from './statistics-tree.js';

/** The arguments that select runs, as sent by clients. */
export interface StatisticsInput extends ScopeInput {
  readonly filter?: RunFilterInput | null | undefined;
}

export interface RunStatisticsService {
  /**
   * Computes the statistics for any selection with one statement.
   * @throws GatewayError for the path as for a run; VALIDATION_FAILED for the filter or an exceeded limit.
   */
  statisticsOf(input: StatisticsInput, selection: RootStatisticsSelection, groupName?: string): Promise<RunStatistics>;
  /**
   * Prepares statistics before their path is known.
   * @param groupName name shared by the statistics of all objects in a list, which count as one list
   */
  prepareStatistics(
    filter: RunFilterInput | null | undefined,
    selection: RootStatisticsSelection,
    groupName?: string,
  ): (path: ScopePath) => Promise<RunStatistics>;
}

const maxValues = limits.statisticsValues.value;

const growthWithoutPeriod = () =>
  validationFailed(
    ['groupBy', 'orderBy'],
    'must not be RUNS_GROWTH_DESC without `createdAfter` in the filter, which starts the compared period',
  );

export function createRunStatisticsService(
  reader: StatisticsReader,
  taskRuns: TaskRunService,
  budget: RequestBudget,
): RunStatisticsService {
  let values = 0;
  const readStatistics = lazyByName(statisticsKey, (key: StatisticsKey) => reader.read(key, budget));
  const readTogether = lazyByName(statisticsKey, (key: StatisticsKey) => listLoader().load(key));
  const listLoader = lazy(
    () => new DataLoader((keys: readonly StatisticsKey[]) => reader.readAll(keys, budget), { cache: false }),
  );

  return {
    async statisticsOf(input, selection, groupName) {
      const path = parseScopePath(input);
      return prepareStatistics(input.filter, selection, groupName)(path);
    },
    prepareStatistics,
  };

  function prepareStatistics(
    input: RunFilterInput | null | undefined,
    selection: RootStatisticsSelection,
    groupName?: string,
  ) {
    const now = budget.deadline.requestTime;
    const { modelPointer } = taskRuns;
    const filter = parseRunFilter(input, now, modelPointer);
    const groupings = toGroupings(selection);
    if (groupings.isByGrowth && filter.createdAfter === undefined) throw growthWithoutPeriod();
    const scopeKind = scopeKindOf(filter, scopeKindOfGroupings(groupings));
    if (scopeKind === 'payload') taskRuns.audit?.addQuery();
    const previousFilter =
      groupings.previousMeasures && parseRunFilter(previousPeriodFilter(input, filter, now), now, modelPointer);
    countList(budget.counts, groupName === undefined ? undefined : { name: groupName });
    return async (path: ScopePath): Promise<RunStatistics> => {
      const scope = await taskRuns.scopeOf(path, scopeKind);
      const read = groupName === undefined ? readStatistics : readTogether;
      const resolve = (unresolved: RunFilter) => taskRuns.resolveFilter(scope, unresolved);
      const filters = hasNewKinds(filter)
        ? { filter: await resolve(filter), previousFilter: previousFilter && (await resolve(previousFilter)) }
        : { filter, previousFilter };
      const { statistics, sets } = await read({ scope, groupings, now, ...filters });
      values += sets * selection.fields;
      if (values > maxValues) {
        const max = formatCount(maxValues);
        throw validationFailed(
          ['filter'],
          `must match runs for at most ${max} fields in all groups and buckets: narrow the filter or use longer buckets`,
        );
      }
      return statistics;
    };
  }
}
