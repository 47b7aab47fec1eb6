import { createScopeSizes } from '../../../src/admission/scope-size.js';
import { requiresScan } from '../../../src/task-runs/visibility/filter-parts.js';

const day = 86_400_000;
const now = Date.parse('2026-01-31T00:00:00Z');
const counts = {
  runsPerTask: 1000,
  runsPerProject: 4_000_000,
  runsPerOrganization: 4_000_000,
  oldest: now - 30 * day,
  newest: now,
};
const sizes = createScopeSizes({ counts: () => counts, requiresScan, now: () => now });

const nested = (depth: number): object =>
  Array.from({ length: depth }).reduce<object>((filter) => ({ NOT: filter }), { primaryFailureReasonContains: 'a' });

describe('the expected number of runs', () => {
  it.each([
    ['of a project', {}, 4_000_000],
    ['of a task', { taskId: 'any' }, 1000],
    ['of a window', { taskId: 'any', filter: { createdAfter: '2026-01-28', createdBefore: '2026-01-31' } }, 100],
    ['of the last days', { taskId: 'any', filter: { createdAfter: '-3d' } }, 100],
    ['before a time', { taskId: 'any', filter: { createdBefore: '2026-01-04' } }, 100],
    ['of a window longer than all', { taskId: 'any', filter: { createdAfter: '1990-01-01' } }, 1000],
    [
      'of a window that ends before it begins',
      { taskId: 'any', filter: { createdAfter: 'now', createdBefore: '-3d' } },
      0,
    ],
    ['with an invalid date', { taskId: 'any', filter: { createdAfter: 'whenever' } }, 1000],
    ['with an invalid filter', { taskId: 'any', filter: 7 }, 1000],
  ])('%s', (_what, scope, runs) => {
    expect(sizes.runs(scope)).toBeCloseTo(runs);
  });

  it.each([
    ['none by creation', {}, 0],
    ['none by what an index decides', { filter: { status: 'FAIL' } }, 0],
    ['all in an order by a value', { orderBy: 'TOTAL_TOKENS_ASC' }, 4_000_000],
    ['all by what is in JSON', { taskId: 'any', filter: { response: [{ path: '/a', eq: 1 }] } }, 1000],
    ['none by a condition that another index decides', { filter: { primaryFailureReasonContains: 'a' } }, 0],
    ['all where that need not hold', { taskId: 'any', filter: { NOT: { primaryFailureReasonContains: 'a' } } }, 1000],
    ['none by what is nested deeper than a filter may be', { filter: nested(3000) }, 0],
    [
      'none by what is behind more filters than a filter may have',
      { filter: { AND: [...Array(500).fill({}), { hasResponse: true }] } },
      0,
    ],
    ['none by an invalid filter', { filter: { OR: 7, nonsense: 1 } }, 0],
  ])('counts scanned runs: %s', (_what, scope, runs) => {
    expect(sizes.scannedRuns(scope)).toBe(runs);
  });
});
