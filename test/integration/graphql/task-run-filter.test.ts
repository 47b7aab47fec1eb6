// Compares every filter with the same condition in plain TypeScript over all rows, individually and combined.

import fc from 'fast-check';
import { amount, seed } from '../../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useGateway } from '../../support/start-gateway.js';

interface Run {
  readonly id: string;
  readonly taskRevisionId: string;
  readonly created: string;
  readonly isError: boolean;
  readonly usedFallbackModel: boolean;
  readonly llmRetries: number;
  readonly llmCallTiming: number | null;
  readonly totalTokens: number;
  readonly chargedCredits: string | null;
  readonly primaryFailureReason: string | null;
  readonly fallbackLlmModelId: string | null;
  readonly userId: string | null;
  readonly reportingGroupId: string | null;
  readonly reference: string | null;
  readonly contextId: string | null;
  readonly reportingGroup: { readonly name: string } | null;
  readonly files: readonly unknown[];
}
type Condition = readonly [filter: Record<string, unknown>, holds: (run: Run) => boolean];

const { orgId, projectId, owner, revisions, groups, users, models } = generated;

const conditions: readonly Condition[] = [
  [{ status: 'FAIL' }, (run) => run.isError],
  [{ status: 'SUCCESS' }, (run) => !run.isError],
  [{ taskRevisionId: revisions[0].toUpperCase() }, (run) => run.taskRevisionId === revisions[0]],
  [{ reportingGroupId: groups[1] }, (run) => run.reportingGroupId === groups[1]],
  [{ reportingGroupId: null }, (run) => run.reportingGroupId === null],
  [{ reportingGroupName: 'Group 0' }, (run) => run.reportingGroup?.name === 'Group 0'],
  [{ reportingGroupName: 'group 0' }, () => false],
  [{ userId: users[2] }, (run) => run.userId === users[2]],
  [{ reference: { eq: '100%_6' } }, (run) => run.reference === '100%_6'],
  [{ reference: { eq: '' } }, (run) => run.reference === ''],
  [{ reference: { in: ['100%_6', 'Ärger2', 'absent'] } }, (run) => /^(100%_6|Ärger2)$/.test(run.reference ?? '')],
  [{ reference: { startsWith: '100%' } }, (run) => run.reference?.startsWith('100%') ?? false],
  [{ reference: { startsWith: '100_' } }, (run) => run.reference?.startsWith('100_') ?? false],
  [{ reference: { startsWith: '100\\' } }, () => false],
  [{ reference: { startsWith: 'Är' } }, (run) => run.reference?.startsWith('Är') ?? false],
  [{ reference: { startsWith: '' } }, (run) => run.reference !== null],
  [{ contextId: { eq: 'context-4' } }, (run) => run.contextId === 'context-4'],
  [{ contextId: { in: ['context-4', 'context-8'] } }, (run) => /^context-[48]$/.test(run.contextId ?? '')],
  [{ contextId: { startsWith: 'context-', in: ['context-2'] } }, (run) => run.contextId === 'context-2'],
  [{ createdAfter: '2025-03-01T02:00:00.000002Z' }, (run) => run.created >= '2025-03-01T02:00:00.000002Z'],
  [{ createdBefore: '2025-03-01T02:30:00Z' }, (run) => run.created < '2025-03-01T02:30:00.000000Z'],
  [{ usedFallbackModel: true }, (run) => run.usedFallbackModel],
  [{ usedFallbackModel: false }, (run) => !run.usedFallbackModel],
  [{ fallbackLlmModelId: models[1] }, (run) => run.fallbackLlmModelId === models[1]],
  [{ primaryFailureReasonContains: '100%' }, (run) => run.primaryFailureReason?.includes('100%') ?? false],
  [{ primaryFailureReasonContains: 'TIMEOUT' }, () => false],
  [{ failureIn: ['No message'] }, (run) => run.isError],
  [{ failureIn: ['no message', 'absent'] }, () => false],
  [{ minLlmRetries: 2 }, (run) => run.llmRetries >= 2],
  [{ minLlmRetries: 0 }, () => true],
  [{ minLlmCallTiming: 12.5 }, (run) => run.llmCallTiming !== null && run.llmCallTiming >= 12.5],
  [{ minTotalTokens: 300 }, (run) => run.totalTokens >= 300],
  [{ minChargedCredits: '1.20' }, (run) => run.chargedCredits !== null && Number(run.chargedCredits) >= 1.2],
  [{ minChargedCredits: '-.5' }, (run) => run.chargedCredits !== null],
  [{ hasFiles: true }, (run) => run.files.length > 0],
  [{ hasFiles: false }, (run) => run.files.length === 0],
];

const document = `query ($filter: TaskRunFilter, $after: String) {
  taskRuns(orgId: "${orgId}", projectId: "${projectId}", filter: $filter, after: $after, first: 100) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id taskRevisionId created isError usedFallbackModel llmRetries llmCallTiming totalTokens chargedCredits
      primaryFailureReason fallbackLlmModelId userId reportingGroupId reference contextId reportingGroup { name } files { name } }
  }
}`;

describe('a filter', () => {
  let everything: readonly Run[];
  const gateway = useGateway({ arrange: arrangeGeneratedRuns });
  beforeAll(async () => {
    everything = await filtered({});
    expect(everything).toHaveLength(240);
  });

  async function filtered(filter: Record<string, unknown>): Promise<Run[]> {
    const runs: Run[] = [];
    for (let after: string | null = null; ; ) {
      const { taskRuns } = await gateway.dataOf(document, { as: owner, variables: { filter, after } });
      runs.push(...taskRuns.nodes);
      if (!taskRuns.pageInfo.hasNextPage) {
        expect(taskRuns.totalCount).toBe(runs.length);
        return runs;
      }
      after = taskRuns.pageInfo.endCursor;
    }
  }

  it.each(conditions)('%j selects the runs it describes', async (filter, holds) => {
    expect(await filtered(filter)).toEqual(everything.filter(holds));
  });

  it('selects runs from the first moment on, and none of the last', async () => {
    const shared = '2025-03-01T00:00:00.000001Z';
    expect(await filtered({ createdBefore: shared })).toEqual([]);
    expect(await filtered({ createdAfter: shared })).toEqual(everything);
    expect(await filtered({ createdAfter: shared, createdBefore: '2025-03-01T00:00:00.000002Z' })).toHaveLength(24);
  });

  it(`selects the runs that all of its conditions describe (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...conditions], { minLength: 2, maxLength: 4 }), async (chosen) => {
        // If two conditions are on the same member, the later one wins.
        const byMember = new Map(chosen.map((condition) => [Object.keys(condition[0])[0], condition]));
        const filter = Object.assign({}, ...[...byMember.values()].map(([filter]) => filter));
        const expected = everything.filter((run) => [...byMember.values()].every(([, holds]) => holds(run)));
        expect(await filtered(filter)).toEqual(expected);
      }),
      { numRuns: amount(15, 80), seed },
    );
  });
});
