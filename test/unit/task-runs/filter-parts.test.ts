import { requiresScan, splitFilter } from '../../../src/task-runs/visibility/filter-parts.js';
import {
  compareColumn,
  type FilterRow,
  matchAny,
  matchPresence,
} from '../../../src/task-runs/visibility/filter-row.js';
import { noFilter, parseRunFilter, type RunFilterInput } from '../../../src/task-runs/visibility/run-filter.js';

const parsed = (input: RunFilterInput) => parseRunFilter(input, 0);

describe('the parts of a filter', () => {
  it('leave a column that the index of lists lacks to a scan', () => {
    const evaluatedIn = (row: FilterRow<never>) =>
      row.conditions.map((condition) => condition.evaluatedIn?.(1 as never));
    expect(evaluatedIn(compareColumn('reference', '=', ''))).toEqual(['table']);
    expect(evaluatedIn(matchAny('contextId', ''))).toEqual(['table']);
    expect(evaluatedIn(matchPresence('reference', ''))).toEqual(['table']);
    expect(evaluatedIn(compareColumn('totalTokens', '>=', ''))).toEqual([undefined]);
  });

  const noParts = { windowFilter: {}, leadingFilter: {}, entryFilter: {}, search: {}, scanFilter: {}, indexTerms: [] };

  it.each<[string, RunFilterInput, Partial<Record<keyof typeof noParts, RunFilterInput>>]>([
    ['entries', { status: 'FAIL', maxTotalTokens: 1 }, { entryFilter: { status: 'FAIL', maxTotalTokens: 1 } }],
    [
      'an index and runs',
      { contextId: { eq: 'a' }, hasContext: true },
      { leadingFilter: { contextId: { eq: 'a' } }, scanFilter: { hasContext: true } },
    ],
    ['an index', { hasPrimaryFailureReason: true }, { leadingFilter: { hasPrimaryFailureReason: true } }],
    ['runs', { hasPrimaryFailureReason: false }, { scanFilter: { hasPrimaryFailureReason: false } }],
    [
      'entries without a value',
      { reportingGroupId: null, NOT: { userId: null, status: 'FAIL' } },
      { entryFilter: { reportingGroupId: null, NOT: { status: 'FAIL' } } },
    ],
    [
      'entries where they need not match',
      { NOT: { userId: 'a0000000-0000-0000-0000-000000000001' } },
      { entryFilter: { NOT: { userId: 'a0000000-0000-0000-0000-000000000001' } } },
    ],
    [
      'runs where they need not match',
      { NOT: { reference: { eq: 'a' } } },
      { scanFilter: { NOT: { reference: { eq: 'a' } } } },
    ],
    [
      'entries of alternatives',
      { OR: [{ status: 'FAIL' }, { AND: [{ hasUser: true }] }] },
      { entryFilter: { OR: [{ status: 'FAIL' }, { AND: [{ hasUser: true }] }] } },
    ],
    [
      'nested entries and runs',
      { AND: [{ status: 'FAIL', hasResponse: true }] },
      { entryFilter: { AND: [{ status: 'FAIL' }] }, scanFilter: { AND: [{ hasResponse: true }] } },
    ],
    ['a nested index', { AND: [{ reference: { eq: 'a' } }] }, { leadingFilter: { AND: [{ reference: { eq: 'a' } }] } }],
    [
      'a nested time',
      { createdAfter: '2025-01-01', AND: [{ createdBefore: '2025-01-02', minTotalTokens: 1 }] },
      {
        windowFilter: { createdAfter: '2025-01-01', AND: [{ createdBefore: '2025-01-02' }] },
        entryFilter: { AND: [{ minTotalTokens: 1 }] },
      },
    ],
    [
      'the index of failures and its runs',
      { primaryFailureReasonContains: 'a' },
      {
        leadingFilter: { AND: [{ hasPrimaryFailureReason: true }] },
        entryFilter: { primaryFailureReasonContains: 'a' },
      },
    ],
    ['a kind', { failureIn: ['a'] }, { leadingFilter: { failureIn: ['a'] } }],
    [
      'the entries of failed runs, and their kinds',
      { failureIn: ['a', 'b'] },
      { entryFilter: { AND: [{ status: 'FAIL' }] }, scanFilter: { failureIn: ['a', 'b'] } },
    ],
  ])('leave to their sources: %s', (_sources, input, expected) => {
    const parts = Object.entries(expected).map(([name, part]) => [name, parsed(part)]);
    expect(splitFilter(parsed(input))).toEqual({ ...noParts, ...Object.fromEntries(parts) });
  });

  it('join several searches to all of their words', () => {
    const filter = {
      search: 'a',
      AND: [{ search: 'b c', status: 'FAIL' }, { AND: [{ search: 'd', hasResponse: true }] }],
    };
    expect(splitFilter(parsed(filter as RunFilterInput))).toEqual({
      ...noParts,
      entryFilter: parsed({ AND: [{ status: 'FAIL' }] }),
      search: { search: 'a d b c' },
      scanFilter: parsed({ AND: [{ AND: [{ hasResponse: true }] }] }),
    });
  });

  it.each<[RunFilterInput, readonly string[]]>([
    [{ response: [{ path: '/a~1b/c', eq: '1.50' }] }, ['{"a/b":{"c":1.50}}']],
    [{ response: [{ path: '', in: ['"x"', null] }] }, ['"x"', 'null']],
    [{ submitted: [{ path: '/a', eq: 'true', exists: true }] }, ['{"submitted":{"a":true}}']],
    [{ AND: [{ runData: [{ path: '/submitted', eq: '"x"' }] }] }, ['{"submitted":"x"}']],
    [{ runData: [{ path: '/trace', eq: '"x"' }] }, []],
    [{ response: [{ path: '/items/0', eq: '1' }] }, []],
    [{ response: [{ path: '/-1/a/b/c/d', eq: '1' }] }, ['{"-1":{"a":{"b":{"c":{"d":1}}}}}']],
    [{ response: [{ path: '/a/b/c/d/e/f', eq: '1' }] }, []],
    [{ response: [{ path: '/a', gt: '1', exists: true, contains: '"x"' }] }, []],
    [{ OR: [{ response: [{ path: '/a', eq: '1' }] }], NOT: { response: [{ path: '/b', eq: '1' }] } }, []],
  ])('find index terms in %j', (input, documents) => {
    expect(splitFilter(parsed(input)).indexTerms.flatMap((terms) => terms.documents)).toEqual(documents);
  });

  it('give no index terms when each of many values would repeat a long pointer', () => {
    const documentsOf = (path: string) =>
      splitFilter(parsed({ response: [{ path, in: Array(100).fill('1') }] })).indexTerms;
    expect(documentsOf(`/${'a'.repeat(99)}`)).toHaveLength(1);
    expect(documentsOf(`/${'a'.repeat(100)}`)).toEqual([]);
  });

  it('equal the empty filter itself when there is nothing', () => {
    expect(splitFilter(parsed({ status: 'FAIL' })).scanFilter).toBe(noFilter);
    expect(splitFilter(noFilter)).toEqual(noParts);
    const inputs = [{ status: 'FAIL' }, { hasResponse: true }, { failureIn: ['a'] }, { failureIn: ['a', 'b'] }];
    expect(inputs.map((input) => requiresScan(parsed(input as RunFilterInput)))).toEqual([false, true, false, true]);
  });
});
