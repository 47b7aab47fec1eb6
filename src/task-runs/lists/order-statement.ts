// The statement for the first runs in a list ordered by a value. No index provides that order, so every run in the list
// is read, as for statistics.

import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import type { SearchTerms } from '../visibility/search-terms.js';
import { visibleRuns } from '../visibility/visible-runs.js';
import type { PageRequest } from './page-request.js';
import { type OrderedValue, valueOrder } from './run-order.js';

export interface OrderedPageKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  readonly terms: SearchTerms;
  readonly page: PageRequest;
}

/** A result row. Ids are in reading order, with one more than the page holds if the list continues. */
export interface OrderedRow {
  readonly id: string;
}

export function bindOrderedPage(
  { scope, filter, terms, page }: OrderedPageKey,
  { sql, type }: OrderedValue,
): BoundStatement {
  const parameters = createSqlParameters();
  const { add, values } = parameters;
  const { orderBy, condition } = valueOrder(page.order, sql, page.isBackward);
  const bounds = (['after', 'before'] as const).flatMap((end) => {
    const position = page[end];
    if (position === null) return [];
    const hasValue = position.value != null;
    const bound = hasValue ? add(position.value, type) : '';
    return ` AND ${condition(end, hasValue, bound, `${add(position.created, 'timestamptz')}, ${add(position.id, 'uuid')}`)}`;
  });
  const text = `SELECT run.id FROM ${visibleRuns(scope, filter, { terms, parameters })}
WHERE true${bounds.join('')} ORDER BY ${orderBy(sql, 'run.created', 'run.id')} LIMIT ${add(page.size + 1, 'integer')}`;
  // Planned for its values, like statistics.
  return { statement: { name: 'task_run_order', text, planName: null }, values };
}
