import { requiresScan, splitFilter } from '../../../src/task-runs/scope/filter-parts.js';
import { compareColumn, type FilterRow, matchAny, matchPresence } from '../../../src/task-runs/scope/filter-row.js';
import { noFilter, parseRunFilter, type RunFilterInput } from '../../../src/task-runs/scope/run-filter.js';

const parsed = (input: RunFilterInput) => parseRunFilter(input, 0);

describe('the parts of a filter', () => {
  it('leave a column that the index of lists lacks to a scan', () => {
    const evaluatedIn = (row: FilterRow<never>) => row.conditions.map((each) => each.evaluatedIn?.(1 as never));
    expect(evaluatedIn(compareColumn('reference', '=', ''))).toEqual(['table']);
    expect(evaluatedIn(matchAny('contextId', ''))).toEqual(['table']);
    expect(evaluatedIn(matchPresence('reference', ''))).toEqual(['table']);
    expect(evaluatedIn(compareColumn('totalTokens', '>=', ''))).toEqual([undefined]);
  });

  it.each<[RunFilterInput, RunFilterInput, RunFilterInput]>([
    [{ status: 'FAIL', maxTotalTokens: 1 }, { status: 'FAIL', maxTotalTokens: 1 }, {}],
    [{ contextId: { eq: 'a' }, hasContext: true }, { contextId: { eq: 'a' } }, { hasContext: true }],
    [{ hasPrimaryFailureReason: true }, { hasPrimaryFailureReason: true }, {}],
    [{ hasPrimaryFailureReason: false }, {}, { hasPrimaryFailureReason: false }],
    [
      { reportingGroupId: null, NOT: { userId: null, status: 'FAIL' } },
      { reportingGroupId: null, NOT: { status: 'FAIL' } },
      {},
    ],
    [{ NOT: { reference: { eq: 'a' } } }, {}, { NOT: { reference: { eq: 'a' } } }],
    [
      { OR: [{ status: 'FAIL' }, { AND: [{ hasUser: true }] }] },
      { OR: [{ status: 'FAIL' }, { AND: [{ hasUser: true }] }] },
      {},
    ],
    [{ AND: [{ status: 'FAIL', hasResponse: true }] }, { AND: [{ status: 'FAIL' }] }, { AND: [{ hasResponse: true }] }],
    [{ AND: [{ reference: { eq: 'a' } }] }, { AND: [{ reference: { eq: 'a' } }] }, {}],
  ])('split %j into index conditions and filter conditions', (input, indexFilter, scanFilter) => {
    expect(splitFilter(parsed(input))).toEqual({
      indexFilter: parsed(indexFilter),
      search: {},
      scanFilter: parsed(scanFilter),
      indexTerms: [],
    });
  });

  it('join several searches to all of their words', () => {
    const filter = {
      search: 'a',
      AND: [{ search: 'b c', status: 'FAIL' }, { AND: [{ search: 'd', hasResponse: true }] }],
    };
    expect(splitFilter(parsed(filter as RunFilterInput))).toEqual({
      indexFilter: parsed({ AND: [{ status: 'FAIL' }] }),
      search: { search: 'a d b c' },
      scanFilter: parsed({ AND: [{ AND: [{ hasResponse: true }] }] }),
      indexTerms: [],
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
    expect(splitFilter(noFilter)).toEqual({
      indexFilter: noFilter,
      search: noFilter,
      scanFilter: noFilter,
      indexTerms: [],
    });
    expect(
      [{ status: 'FAIL' }, { hasResponse: true }].map((input) => requiresScan(parsed(input as RunFilterInput))),
    ).toEqual([false, true]);
  });
});
