import { createSqlParameters } from '../../../src/database/sql-parameters.js';
import {
  filterAsWritten,
  noFilter,
  parseRunFilter,
  type RunFilterInput,
  runConditions,
} from '../../../src/task-runs/visibility/run-filter.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const project = 'a project';
const now = Date.parse('2025-01-01T12:00:00Z');
const sqlOf = (input: RunFilterInput) => {
  const { add, values } = createSqlParameters();
  return [runConditions(parseRunFilter(input, now), project, add), values];
};

describe('a filter', () => {
  it('becomes the empty one without conditions', () => {
    for (const input of [null, undefined, {}, { status: null, reference: {}, minLlmRetries: 0 }]) {
      expect(parseRunFilter(input, now)).toBe(noFilter);
    }
  });

  it('takes one canonical form in whatever order it is given', () => {
    const ordered = parseRunFilter({ status: 'FAIL', minTotalTokens: 1 }, now);
    expect(JSON.stringify(parseRunFilter({ minTotalTokens: 1, status: 'FAIL' }, now))).toBe(JSON.stringify(ordered));
  });

  it.each<[RunFilterInput]>([
    [{ reference: { eq: "'4711", in: ["'4711", 'b'], startsWith: "%'4711" } }],
    [{ contextId: { startsWith: "'4711" } }],
    [{ reportingGroupName: "'4711" }],
    [{ primaryFailureReasonContains: "%_'4711" }],
    [{ failureIn: ["'4711"] }],
    [{ failureIn: ["'4711", 'b'] }],
    [{ minTotalTokens: 4711 }],
    [{ maxChargedCredits: '4711.0' }],
    [{ response: [{ path: "/'4711", exists: true }] }],
    [{ submitted: [{ path: '/a', eq: '"\'4711"', in: ['4711'] }] }],
    [{ runData: [{ path: '/a', gte: '4711', contains: '{"\'4711":1}' }] }],
    [{ search: "Order '4711" }],
    [{ OR: [{ reference: { eq: "'4711" } }, { NOT: { reference: { eq: "'4711" } } }] }],
  ])('keeps its values out of the SQL, as parameters: %j', (input) => {
    const [sql, values] = sqlOf(input);
    expect(sql).not.toContain('4711');
    expect(JSON.stringify(values)).toContain('4711');
  });

  it('becomes the same SQL however many names of a JSON Pointer are not array indexes', () => {
    const [one, many] = ['/-1', '/-1'.repeat(333)].map((path) => sqlOf({ response: [{ path, gt: '1', eq: '1' }] })[0]);
    expect(many).toBe(one);
  });

  it.each<[RunFilterInput, RunFilterInput]>([
    [{ userIdIn: [id, id.toLowerCase()] }, { userIdIn: [id] }],
    [{ statusIn: ['FAIL', 'SUCCESS'] }, {}],
    [{ AND: [{}, { reference: {} }] }, {}],
    [
      { AND: [{ status: 'FAIL' }, { hasUser: true }] },
      { AND: [{ hasUser: true }, { status: 'FAIL' }, { hasUser: true }] },
    ],
    [{ OR: [{ status: 'FAIL' }, { hasUser: true }] }, { OR: [{ hasUser: true }, { status: 'FAIL' }] }],
  ])('takes one canonical form however it is written: %j', (one, other) => {
    expect(JSON.stringify(parseRunFilter(one, now))).toBe(JSON.stringify(parseRunFilter(other, now)));
  });

  it('keeps relative dates in nested filters as written, in one order at any time', () => {
    const input: RunFilterInput = { OR: [{ createdAfter: '-1h' }, { createdBefore: '2024-12-31T11:30:00Z' }] };
    const writtenAt = (time: number) => JSON.stringify(filterAsWritten(parseRunFilter(input, time), input));
    expect(writtenAt(now)).toBe(writtenAt(now + 86_400_000));
    expect(writtenAt(now)).toContain('"createdAfter":"-1h"');
  });

  it.each([
    ['2025-01-01T01:30:00+01:30', '2025-01-01T00:00:00.000000Z'],
    ['2025-01-01', '2025-01-01T00:00:00.000000Z'],
    ['today', '2025-01-01T00:00:00.000000Z'],
    ['-24h', '2024-12-31T12:00:00.000000Z'],
  ])('takes %s for the moment that it names', (createdAfter, moment) => {
    expect(parseRunFilter({ createdAfter }, now)).toEqual({ createdAfter: moment });
  });

  it('keeps its relative dates as written for cursors, in whatever order it is given', () => {
    const input = { createdBefore: 'now', status: 'FAIL', createdAfter: '-24h' } as const;
    const written = filterAsWritten(parseRunFilter(input, now), input);
    expect(JSON.stringify(written)).toBe('{"isError":true,"createdAfter":"-24h","createdBefore":"now"}');
  });

  it.each([{}, { status: 'FAIL' }, { createdAfter: '2025-01-01' }] as const)(
    'stays itself for cursors without relative dates: %j',
    (input) => {
      const filter = parseRunFilter(input, now);
      expect(filterAsWritten(filter, input)).toBe(filter);
    },
  );

  it.each<[(string | number)[], RunFilterInput]>([
    [['createdAfter'], { createdAfter: 'now', createdBefore: '-1h' }],
    [['createdAfter'], { createdAfter: '2025-01-01T01:00:00-01:00', createdBefore: '2025-01-01T01:59:59Z' }],
    [['createdBefore'], { createdBefore: '1000000 days ago' }],
    [['reference', 'eq'], { reference: { eq: 'a'.repeat(129) } }],
    [['reference', 'in'], { reference: { in: [] } }],
    [['contextId', 'in'], { contextId: { in: Array.from({ length: 101 }, () => 'a') } }],
    [['reportingGroupName'], { reportingGroupName: 'a'.repeat(65) }],
    [['primaryFailureReasonContains'], { primaryFailureReasonContains: '\0' }],
    [['contextId', 'eq'], { contextId: { eq: 'ä'.repeat(65) } }],
    [['reference', 'startsWith'], { reference: { startsWith: 'a'.repeat(10_000) } }],
    [['reference', 'in'], { reference: { in: ['a\0'] } }],
    [['reportingGroupName'], { reportingGroupName: '\0' }],
    [['primaryFailureReasonContains'], { primaryFailureReasonContains: 'a'.repeat(1001) }],
    [['failureIn'], { failureIn: [] }],
    [['failureIn'], { failureIn: Array.from({ length: 101 }, () => 'a') }],
    [['failureIn', 1], { failureIn: ['a', 'b'.repeat(201)] }],
    [['failureIn', 0], { failureIn: ['\0'] }],
    [['createdAfter'], { createdAfter: '2024-02-30T00:00:00Z' }],
    [['createdBefore'], { createdBefore: '0000-01-01T00:00:00Z' }],
    [['createdBefore'], { createdBefore: '2025-01-01T25:00:00Z' }],
    [['createdAfter'], { createdAfter: '2025-01-01T00:00:00.1Z', createdBefore: '2025-01-01T00:00:00.09Z' }],
    [['minChargedCredits'], { minChargedCredits: '1e5' }],
    [['minChargedCredits'], { minChargedCredits: '9'.repeat(101) }],
    [['maxChargedCredits'], { maxChargedCredits: 'x' }],
    [['statusIn'], { statusIn: [] }],
    [['response'], { response: [] }],
    [['response', 0, 'path'], { response: [{ path: 'a', exists: true }] }],
    [['response', 0, 'path'], { response: [{ exists: true } as never] }],
    [['submitted', 1], { submitted: [{ path: '/a', exists: true }, { path: '/b' }] }],
    [['response', 0, 'in'], { response: [{ path: '/a', in: [] }] }],
    [['response', 0, 'in', 1], { response: [{ path: '/a', in: ['1', '"\\u0000"'] }] }],
    [['response', 0, 'eq'], { response: [{ path: '/a', eq: '"\\ud800"' }] }],
    [['response', 0, 'eq'], { response: [{ path: '/a', eq: JSON.stringify('a'.repeat(1001)) }] }],
    [['runData', 0, 'gt'], { runData: [{ path: '/a', gt: '1e5' }] }],
    [
      [],
      {
        OR: Array.from({ length: 3 }, () => ({
          response: Array.from({ length: 40 }, () => ({ path: '', exists: true })),
        })),
      },
    ],
    [['search'], { search: '' }],
    [['search'], { search: '-- !' }],
    [['search'], { search: 'a'.repeat(201) }],
    [['search'], { search: 'a\0' }],
    [['search'], { search: 'a\ud800' }],
    [['OR', 1, 'search'], { OR: [{ status: 'FAIL' }, { search: 'a' }] }],
    [['AND', 0, 'NOT', 'AND', 0, 'search'], { AND: [{ NOT: { AND: [{ search: 'a' }] } }] }],
    [['userIdIn'], { userIdIn: Array.from({ length: 101 }, () => id) }],
    [['OR'], { OR: [] }],
    [['AND'], { AND: [] }],
    [['OR', 1], { OR: [{ status: 'FAIL' }, { userId: null }] }],
    [['NOT'], { NOT: {} }],
    [['OR', 0, 'NOT', 'reference', 'eq'], { OR: [{ NOT: { reference: { eq: '\0' } } }] }],
    [
      ['NOT', 'NOT', 'NOT', 'NOT', 'NOT', 'NOT'],
      { NOT: { NOT: { NOT: { NOT: { NOT: { NOT: { hasUser: true } } } } } } },
    ],
    [[], { OR: Array.from({ length: 101 }, () => ({ hasUser: true })) }],
    [[], { AND: [{ AND: Array(499).fill({}) }, {}] }],
  ])('fails with the place of its mistake: %j (%#)', (place, input) => {
    expect(() => parseRunFilter(input, now)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: ['filter', ...place] })] }),
      }),
    );
  });

  it('fails for a malformed id, by its name', () => {
    expect(() => parseRunFilter({ userId: 'x' }, now)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument: 'filter.userId' }),
      }),
    );
    expect(() => parseRunFilter({ OR: [{ userIdIn: [id, 'x'] }] }, now)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ argument: 'filter.OR.0.userIdIn.1' }),
      }),
    );
  });
});
