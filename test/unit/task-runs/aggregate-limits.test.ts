// Counts and statistics of more runs than may be looked through are rejected after these were counted, before any is read.

import { createReadScheduler } from '../../../src/task-runs/batching/read-scheduler.js';
import { createListReader } from '../../../src/task-runs/lists/list-reader.js';
import { parseRunFilter, type RunFilterInput } from '../../../src/task-runs/scope/run-filter.js';
import { toGroupings } from '../../../src/task-runs/statistics/groupings.js';
import { createStatisticsReader } from '../../../src/task-runs/statistics/statistics-reader.js';
import { createBudget } from '../../support/callers.js';

const path = { orgId: 'o', projectId: 'p', taskId: null };
const scope = { path, allRunsTaskIds: ['t'], ownRunsTaskIds: [], userId: null };
const statistics = { measures: ['runs'], percentiles: [], splits: [] } as const;

describe.each<readonly [RunFilterInput, readonly string[]]>([
  [{ hasResponse: true }, ['task_run_candidates']],
  [{ NOT: { reference: { eq: 'a' } } }, ['task_run_candidates']],
  [{ response: [{ path: '/n', eq: '1' }] }, ['task_run_search_candidates', 'task_run_candidates']],
  [{ search: 'order' }, ['task_run_search_candidates', 'task_run_candidates']],
])('too many runs to be looked through for %j', (input, names) => {
  const filter = parseRunFilter(input, 0);
  const tooMany = {
    extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['filter', 'createdAfter'] }] },
  };
  const scheduler = createReadScheduler({ connections: () => 1, timeoutMs: 1000 });
  let sent: string[];
  const statements = {
    async run({ name }: { readonly name: string }) {
      sent.push(name);
      return [{ isSearchable: true, count: 100_001 }] as never;
    },
  };
  beforeEach(() => {
    sent = [];
  });

  it('are not counted', async () => {
    const { countRuns } = createListReader(statements, scheduler);
    await expect(countRuns({ scope, filter }, createBudget())).rejects.toMatchObject(tooMany);
    expect(sent).toEqual(names);
  });

  it('have no statistics', async () => {
    const read = createStatisticsReader(statements, scheduler);
    const key = { scope, filter, groupings: toGroupings(statistics), previousFilter: null, now: 0 };
    await expect(read(key, createBudget())).rejects.toMatchObject(tooMany);
    expect(sent).toEqual(names);
  });

  it('have no statistics of the period before either', async () => {
    const read = createStatisticsReader(statements, scheduler);
    const groupings = toGroupings({ ...statistics, previous: statistics });
    const key = { scope, filter: parseRunFilter({}, 0), groupings, previousFilter: filter, now: 0 };
    await expect(read(key, createBudget())).rejects.toMatchObject(tooMany);
    expect(sent).toEqual(names);
  });
});
