import { passWhenRepeated } from '../../../.ci/repeat-failed.mjs';

/** Creates runs of test files with these results, in this order. */
function createRuns(outcomes: readonly boolean[]) {
  const files: string[] = [];
  const passes = async (file: string) => outcomes[files.push(file) - 1]!;
  return { files, passes };
}
const file = 'test/integration/http/compression.test.ts';

describe('a test file that failed', () => {
  it('passes when it passes three times without others', async () => {
    const { files, passes } = createRuns([true, true, true]);
    expect(await passWhenRepeated([file], passes)).toBe(true);
    expect(files).toEqual([file, file, file]);
  });

  it.each([[[false]], [[true, false]], [[true, true, false]]])(
    'stays failed when it fails again (%j)',
    async (outcomes) => {
      const { files, passes } = createRuns(outcomes);
      expect(await passWhenRepeated([file], passes)).toBe(false);
      expect(files).toHaveLength(outcomes.length);
    },
  );

  it('stays failed when another repeated file fails', async () => {
    const other = 'test/unit/json/digits.test.ts';
    const { files, passes } = createRuns([true, true, true, true, false]);
    expect(await passWhenRepeated([file, other], passes)).toBe(false);
    expect(files).toEqual([file, file, file, other, other]);
  });

  it.each([
    'test/isolation/isolation.test.ts',
    'test/integration/graphql/permission-table.test.ts',
    'test/integration/access/demo-issuer-among-others.test.ts',
    'test/integration/http/token-at-each-endpoint.test.ts',
    'test/integration/live/subscription.test.ts',
    'test/integration/task-runs/follow-changes.test.ts',
    'test/integration/rest/stream-run-changes.test.ts',
    'test/slow/changes-torture.test.ts',
    'test/slow/three-callers.test.ts',
  ])('stays failed, without a repetition, when it is about isolation, security or the live feed: %s', async (path) => {
    const { files, passes } = createRuns([true, true, true]);
    expect(await passWhenRepeated([path], passes)).toBe(false);
    expect(files).toEqual([]);
  });
});
