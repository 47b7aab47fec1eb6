import type { RequestBudget } from '../../admission/request-budget.js';
import type { RunSelection } from '../record/field-groups.js';
import type { TaskRunRecord } from '../record/records.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { noSearch } from '../scope/search-terms.js';
import type { ListReader } from './list-reader.js';
import { parsePageRequest } from './page-request.js';
import { ScanAllowance } from './scan-runs.js';

export interface LatestRuns {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
  readonly limit: number;
}

const pageSize = 100;

/** Yields the newest runs that match, page by page. JSON beyond the budget is left out of its run. */
export async function* readLatestRuns(
  reader: Pick<ListReader, 'readProjectPage'>,
  { scope, filter, selection, limit }: LatestRuns,
  budget: RequestBudget,
): AsyncGenerator<TaskRunRecord> {
  let after: string | null = null;
  for (let remaining = limit; remaining > 0; remaining -= pageSize) {
    const input = { orderBy: 'CREATED_DESC', first: Math.min(pageSize, remaining), after } as const;
    const page = parsePageRequest(input, scope.path, filter);
    const request = { scope, filter, search: noSearch, selection, page };
    const { runs, hasMore, scanEnd } = await reader.readProjectPage(request, new ScanAllowance(budget), budget);
    yield* runs;
    if (!hasMore) return;
    after = page.cursors.encode(scanEnd ?? runs.at(-1)!);
  }
}
