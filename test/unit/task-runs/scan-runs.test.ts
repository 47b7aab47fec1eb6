import { createCursorCodec } from '../../../src/task-runs/lists/cursor.js';
import { ScanAllowance, type ScanRequest, scanRuns } from '../../../src/task-runs/lists/scan-runs.js';
import type { ScanStep } from '../../../src/task-runs/lists/scan-statement.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { noSearch } from '../../../src/task-runs/visibility/search-terms.js';
import { useFakeTime } from '../../support/fake-time.js';

const inAnHour = () => ({ expiresAt: performance.now() + 3_600_000 });
const idOf = (number: number) => String(number).padStart(12, '0');
const request = (size: number): ScanRequest => ({
  scope: {
    path: { orgId: 'o', projectId: 'p', taskId: null },
    allRunsTaskIds: ['t'],
    ownRunsTaskIds: [],
    userId: null,
  },
  ...{ filter: noFilter, search: noSearch, size, maxFound: size + 1, returnsRuns: true },
  page: {
    ...{ size, isBackward: false, order: 'CREATED_DESC', after: null, before: null },
    cursors: createCursorCodec(null),
  },
});

/**
 * Creates a list with this number of runs, of which every n-th matches, and records the steps in which it was read.
 */
function createList(runs: number, every: number, msPerRun = 0) {
  const steps: ScanStep[] = [];
  const readStep = async (step: ScanStep) => {
    steps.push(step);
    const from = step.page.after === null ? 0 : Number(step.page.after.id) + 1;
    const to = Math.min(runs, from + step.maxTested);
    const matching = Array.from({ length: to - from }, (_, index) => from + index).filter(
      (n) => n % every === every - 1,
    );
    const ids = matching.slice(0, step.maxFound).map(idOf);
    const end = to < runs ? idOf(to - 1) : null;
    const row = {
      found: ids.length,
      ids,
      tested: to - from,
      endCreated: end && '2025-01-01T00:00:00',
      endId: end,
    };
    return { row, elapsedMs: Math.max(1, msPerRun * (to - from)) };
  };
  return { steps, readStep, sizes: () => steps.map(({ maxTested }) => maxTested) };
}

describe('a scan', () => {
  it('ends when it has found a page, and names no further position if there is one more run', async () => {
    const list = createList(10_000, 10);
    const scan = await scanRuns(request(30), new ScanAllowance(inAnHour()), list.readStep);
    expect(scan).toMatchObject({ found: 31, end: null });
    expect(list.sizes()).toEqual([400]);
  });

  it('continues from the last tested run when it has found a page and no more', async () => {
    const list = createList(10_000, 10);
    const { found, ids, end } = await scanRuns(request(40), new ScanAllowance(inAnHour()), list.readStep);
    expect([found, ids.length, end?.id]).toEqual([40, 40, idOf(399)]);
  });

  it('takes larger steps as long as these take little time, and smaller ones when they take much', async () => {
    const quick = createList(50_000, 100_000);
    expect(await scanRuns(request(10), new ScanAllowance(inAnHour()), quick.readStep)).toMatchObject({ end: null });
    expect(quick.sizes().slice(0, 4)).toEqual([400, 1600, 6400, 25_600]);
    const slow = createList(1000, 2000, 1);
    await scanRuns(request(10), new ScanAllowance(inAnHour()), slow.readStep);
    expect(slow.sizes()).toEqual([400, 100, 100, 100, 100, 100, 100]);
  });

  it('ends after exactly the number of runs that may be tested', async () => {
    const list = createList(10_000, 20_000);
    const scan = await scanRuns(request(10), new ScanAllowance(inAnHour(), 1000), list.readStep);
    expect(scan).toEqual({ found: 0, ids: [], end: { created: expect.any(String), id: idOf(999) } });
    expect(list.sizes()).toEqual([400, 600]);
  });

  it('shares that number with others of its operation, and advances by a page anyway', async () => {
    const allowance = new ScanAllowance(inAnHour(), 500);
    const [first, second] = [createList(10_000, 20_000), createList(10_000, 20_000)];
    await scanRuns(request(10), allowance, first.readStep);
    const { end } = await scanRuns(request(10), allowance, second.readStep);
    expect([first.sizes(), second.sizes(), end?.id]).toEqual([[400, 100], [10], idOf(9)]);
  });

  it('releases the rest that a short list leaves', async () => {
    const allowance = new ScanAllowance(inAnHour(), 500);
    await scanRuns(request(10), allowance, createList(30, 40).readStep);
    const list = createList(10_000, 20_000);
    await scanRuns(request(10), allowance, list.readStep);
    expect(list.sizes()).toEqual([400, 70]);
  });

  it('uses the search index once the page is not full after the runs that take the same time', async () => {
    const asked: number[] = [];
    const search = {
      minTested: 500,
      async termsUpTo(maxRuns: number) {
        asked.push(maxRuns);
        return [['7']];
      },
    };
    const filled = createList(10_000, 5);
    await scanRuns({ ...request(100), search }, new ScanAllowance(inAnHour()), filled.readStep);
    expect(asked).toEqual([]);
    const list = createList(3000, 5000);
    await scanRuns({ ...request(100), search }, new ScanAllowance(inAnHour()), list.readStep);
    expect(asked).toEqual([10_000]);
    expect(list.steps.map(({ terms }) => terms)).toEqual([[], [], [['7']]]);
  });
});

describe('the deadline of a scan', () => {
  const advance = useFakeTime();

  it('leaves a scan half of the time that was left when the first one began', async () => {
    const allowance = new ScanAllowance({ expiresAt: performance.now() + 1000 });
    const list = createList(100_000, 200_000);
    await scanRuns(request(10), allowance, async (step) => {
      await advance(200);
      return list.readStep(step);
    });
    expect(list.steps).toHaveLength(3);
  });
});
