import { createSqlParameters } from '../../../src/database/sql-parameters.js';
import {
  noFilter,
  parseRunFilter,
  type RunFilterInput,
  runConditions,
} from '../../../src/task-runs/scope/run-filter.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const project = 'a project';
const sqlOf = (input: RunFilterInput) => {
  const { add, values } = createSqlParameters();
  return [runConditions(parseRunFilter(input), project, add), values];
};

describe('a filter', () => {
  it('that gives nothing is none', () => {
    for (const input of [null, undefined, {}, { status: null, reference: {}, minLlmRetries: 0 }]) {
      expect(parseRunFilter(input)).toBe(noFilter);
    }
  });

  it('is written alike in whatever order it is given', () => {
    const ordered = parseRunFilter({ status: 'FAIL', minTotalTokens: 1 });
    expect(JSON.stringify(parseRunFilter({ minTotalTokens: 1, status: 'FAIL' }))).toBe(JSON.stringify(ordered));
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

  it.each<[string[], RunFilterInput]>([
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
    expect(() => parseRunFilter(input)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: ['filter', ...place] })] }),
      }),
    );
  });

  it('is refused for a malformed id, by its name', () => {
    expect(() => parseRunFilter({ userId: 'x' })).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument: 'filter.userId' }),
      }),
    );
  });
});
