import { createSqlParameters } from '../../../src/database/sql-parameters.js';
import {
  filterAsWritten,
  noFilter,
  parseRunFilter,
  type RunFilterInput,
  runConditions,
} from '../../../src/task-runs/scope/run-filter.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const project = 'a project';
const now = Date.parse('2025-01-01T12:00:00Z');
const sqlOf = (input: RunFilterInput) => {
  const { add, values } = createSqlParameters();
  return [runConditions(parseRunFilter(input, now), project, add), values];
};

describe('a filter', () => {
  it('that gives nothing is none', () => {
    for (const input of [null, undefined, {}, { status: null, reference: {}, minLlmRetries: 0 }]) {
      expect(parseRunFilter(input, now)).toBe(noFilter);
    }
  });

  it('is written alike in whatever order it is given', () => {
    const ordered = parseRunFilter({ status: 'FAIL', minTotalTokens: 1 }, now);
    expect(JSON.stringify(parseRunFilter({ minTotalTokens: 1, status: 'FAIL' }, now))).toBe(JSON.stringify(ordered));
  });

  it.each<[RunFilterInput]>([
    [{ status: 'SUCCESS' }],
    [{ status: 'FAIL', usedFallbackModel: false }],
    [{ taskRevisionId: id, userId: id, fallbackLlmModelId: id }],
    [{ reportingGroupId: null }],
    [{ reportingGroupName: 'Pilot' }],
    [{ reference: { eq: 'a', in: ['a', 'b'], startsWith: '%' }, contextId: { startsWith: '' } }],
    [{ createdAfter: '2024-01-16T13:33:25.5Z', createdBefore: '2024-01-17T00:00:00Z' }],
    [{ primaryFailureReasonContains: "100%_'" }],
    [{ minLlmRetries: 1, minLlmCallTiming: 0.5, minTotalTokens: 2, minChargedCredits: '-.5' }],
    [{ hasFiles: true }],
    [{ hasFiles: false }],
  ])('is SQL whose values are parameters: %j', (input) => {
    expect(sqlOf(input)).toMatchSnapshot();
  });

  it.each([
    ['2025-01-01T01:30:00+01:30', '2025-01-01T00:00:00.000000Z'],
    ['2025-01-01', '2025-01-01T00:00:00.000000Z'],
    ['today', '2025-01-01T00:00:00.000000Z'],
    ['-24h', '2024-12-31T12:00:00.000000Z'],
  ])('takes %s for the moment that it names', (createdAfter, moment) => {
    expect(parseRunFilter({ createdAfter }, now)).toEqual({ createdAfter: moment });
  });

  it('has its relative dates as they were written for cursors, in whatever order it is given', () => {
    const input = { createdBefore: 'now', status: 'FAIL', createdAfter: '-24h' } as const;
    const written = filterAsWritten(parseRunFilter(input, now), input);
    expect(JSON.stringify(written)).toBe('{"isError":true,"createdAfter":"-24h","createdBefore":"now"}');
  });

  it.each([{}, { status: 'FAIL' }, { createdAfter: '2025-01-01' }] as const)('is itself without: %j', (input) => {
    const filter = parseRunFilter(input, now);
    expect(filterAsWritten(filter, input)).toBe(filter);
  });

  it.each<[string[], RunFilterInput]>([
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
    [['createdAfter'], { createdAfter: '2024-02-30T00:00:00Z' }],
    [['createdBefore'], { createdBefore: '0000-01-01T00:00:00Z' }],
    [['createdBefore'], { createdBefore: '2025-01-01T25:00:00Z' }],
    [['createdAfter'], { createdAfter: '2025-01-01T00:00:00.1Z', createdBefore: '2025-01-01T00:00:00.09Z' }],
    [['minChargedCredits'], { minChargedCredits: '1e5' }],
    [['minChargedCredits'], { minChargedCredits: '9'.repeat(101) }],
  ])('is refused with the place of its mistake: %j (%#)', (place, input) => {
    expect(() => parseRunFilter(input, now)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: ['filter', ...place] })] }),
      }),
    );
  });

  it('is refused for a malformed id, by its name', () => {
    expect(() => parseRunFilter({ userId: 'x' }, now)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument: 'filter.userId' }),
      }),
    );
  });
});
