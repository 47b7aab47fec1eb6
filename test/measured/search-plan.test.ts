// How a search for words or values is executed: with its index in tasks where the caller sees all runs, and with an
// effort that does not depend on any other task's runs.

import { createSearchIndex } from '../../src/database/search-index.js';
import type { BoundStatement } from '../../src/database/statements.js';
import { createCursorCodec } from '../../src/task-runs/lists/cursor.js';
import { bindOrderedPage } from '../../src/task-runs/lists/order-statement.js';
import type { PageRequest } from '../../src/task-runs/lists/page-request.js';
import { orderedValueOf } from '../../src/task-runs/lists/run-order.js';
import { bindScanStep } from '../../src/task-runs/lists/scan-statement.js';
import { parseRunFilter, type RunFilter, type RunFilterInput } from '../../src/task-runs/visibility/run-filter.js';
import type { RunScope } from '../../src/task-runs/visibility/run-scope.js';
import { openSearch, type SearchTerms } from '../../src/task-runs/visibility/search-terms.js';
import { explainPlanForValues } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId, otherTaskId } = generated;
const path = { orgId, projectId, taskId: null };
const task: RunScope = { path, allRunsTaskIds: [taskId], ownRunsTaskIds: [], userId: null };
const other: RunScope = { path, allRunsTaskIds: [otherTaskId], ownRunsTaskIds: [], userId: null };
const project: RunScope = { path, allRunsTaskIds: [taskId, otherTaskId], ownRunsTaskIds: [], userId: null };
const byTokens = orderedValueOf('TOTAL_TOKENS_DESC')!;

describe('the plan of a search', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await createSearchIndex(dataSource);
    await arrangeGeneratedRuns(dataSource, 4000);
    // Every run of one task contains the word.
    await dataSource.query(`UPDATE task_run SET response = '"everywhere"' WHERE task_id = $1`, [taskId]);
    await vacuumAll(dataSource);
  });

  const page: PageRequest = {
    ...{ size: 100, isBackward: false, order: 'CREATED_DESC', after: null, before: null },
    cursors: createCursorCodec(null),
  };
  interface Key {
    readonly scope: RunScope;
    readonly filter: RunFilter;
    readonly terms: SearchTerms;
  }
  const statements = {
    page: (key: Key) => bindScanStep({ ...key, page, maxTested: 100_000, maxFound: 101, returnsRuns: true }),
    pageByValue: (key: Key) => bindOrderedPage({ ...key, page: { ...page, order: 'TOTAL_TOKENS_DESC' } }, byTokens),
  };
  const names = Object.keys(statements) as (keyof typeof statements)[];
  const run = ({ statement, values }: BoundStatement) => database.session.query(statement.text, values as unknown[]);
  const explain = async (name: keyof typeof statements, scope: RunScope, input: RunFilterInput) => {
    const filter = parseRunFilter(input, 0);
    const terms = await (await openSearch(scope, filter, run)).termsUpTo(1_000_000);
    const { statement, values } = statements[name]({ scope, filter, terms });
    return explainPlanForValues(database.session, statement.text, values);
  };

  it('gives the number of runs before it reads one of them', async () => {
    const everywhere = await openSearch(task, parseRunFilter({ search: 'everywhere' }, 0), run);
    expect(await everywhere.termsUpTo(1999)).toEqual([]);
    expect(await everywhere.termsUpTo(2000)).toHaveLength(1);
  });

  it.each(names)('finds a few runs only by its index: %s', async (name) => {
    for (const filter of [
      { search: 'l1717' },
      { search: 'L1717 1717', status: 'FAIL' },
      { AND: [{ search: 'L1717' }, { hasContext: true }] },
      { response: [{ path: '/label', eq: '"L1717"' }] },
      { response: [{ path: '/n', in: ['1717.0', '1719', '-1'] }], hasContext: false },
      { submitted: [{ path: '/n', eq: '1717', exists: true }], runData: [{ path: '/submitted/n', gt: '5' }] },
      { search: '1717', AND: [{ response: [{ path: '/label', eq: '"L1717"' }] }] },
      { search: 'absent' },
    ] as const) {
      const { buffers, scannedTables, usedIndexes } = await explain(name, project, filter);
      expect(usedIndexes).toContain('task_run_term_idx');
      expect(usedIndexes).not.toContain('task_run_list_idx');
      expect(scannedTables).not.toContain('task_run');
      expect(buffers).toBeLessThan(40);
    }
  });

  it.each(names)('takes the same effort whatever runs of other tasks contain: %s', async (name) => {
    for (const filterOf of [
      (word: string): RunFilterInput => ({ search: word }),
      (word: string): RunFilterInput => ({ response: [{ path: '', in: [`"${word}"`] }] }),
    ]) {
      const explained = await explain(name, other, filterOf('everywhere'));
      const absent = await explain(name, other, filterOf('absent'));
      const inTask = await explain(name, task, filterOf('everywhere'));
      expect(Math.abs(explained.buffers - absent.buffers)).toBeLessThan(5);
      expect(inTask.buffers).toBeGreaterThan(explained.buffers + 50);
    }
  });
});
