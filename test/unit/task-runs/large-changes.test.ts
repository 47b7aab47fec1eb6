// Reads of a run whose JSON is larger than a page of changes, with test statements.

import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import { ChangeReader, requestReading, streamReading } from '../../../src/task-runs/changes/change-reader.js';
import type { ChangePageKey } from '../../../src/task-runs/changes/change-statement.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { createBudget } from '../../support/callers.js';
import { changeCursors } from '../../support/run-changes.js';

const id = '00000000-0000-4000-8000-000000000001';
const key: ChangePageKey = {
  scope: { path: { orgId: id, projectId: id, taskId: id }, allRunsTaskIds: [id], ownRunsTaskIds: [], userId: null },
  ...{
    deletedTasks: [],
    moveScope: null,
    kinds: 'runs',
    filter: noFilter,
    after: null,
    snapshotFloor: null,
    until: '9',
    size: 10,
  },
  selection: { fieldGroups: FieldGroup.response, pointers: [] },
};
const row = {
  settled: '9',
  found: 1,
  scannedXid: null,
  scannedId: null,
  tooLargeBytes: null,
  lastForgotten: null,
  deletions: null,
};
const tooLarge = (tooLargeBytes: number) => ({ ...row, runs: null, tooLargeBytes });
const joined = { ...row, runs: { id: [id], changedXid: ['5'] }, response: '"x"' };
const single = { ...row, runs: { id, changedXid: '5' }, response: '!1200' };

describe.each([
  ['a page', requestReading],
  ['a page of a stream', streamReading],
])('%s with a large run', (_name, reading) => {
  /**
   * Reads with statements that return these rows, one each. Returns the page, and the number of bytes that each
   * statement may return.
   */
  const read = (...rows: readonly object[]) => readKey(key, ...rows);
  const readKey = async (of: ChangePageKey, ...rows: readonly object[]) => {
    const bytes: unknown[] = [];
    const statements = {
      run: async (_statement: unknown, values: readonly unknown[]) => {
        bytes.push(values.find((value) => typeof value === 'number' && value >= 100));
        return [rows[bytes.length - 1]] as never;
      },
    };
    const scheduler = new ReadScheduler({ connections: () => 4, timeoutMs: 60_000 });
    const options = { ...reading, staleEpoch: null, cursors: changeCursors };
    const budget = createBudget({ deadline: performance.now() + 60_000, maxBytes: 1000 });
    const page = await new ChangeReader(statements, scheduler, options).readPage({ ...of, maxBytes: 100 }, budget);
    return { bytes, page, heldBytes: 1000 - budget.bytes.remainingBytes };
  };

  it('takes the bytes of that run', async () => {
    const { bytes, page, heldBytes } = await read(tooLarge(300), joined);
    expect({ bytes, heldBytes }).toEqual({ bytes: [100, 300], heldBytes: 3 });
    expect(page.runs[0]).toMatchObject({ id, response: { text: '"x"' } });
  });

  it('reads once more if a larger run takes its place meanwhile', async () => {
    const { bytes, page, heldBytes } = await read(tooLarge(300), tooLarge(500), joined);
    expect({ bytes, heldBytes }).toEqual({ bytes: [100, 300, 500], heldBytes: 3 });
    expect(page.runs).toHaveLength(1);
  });

  it('ends empty if the run is gone meanwhile', async () => {
    const { bytes, page, heldBytes } = await read(tooLarge(300), { ...row, found: 0, runs: null });
    expect({ bytes, heldBytes }).toEqual({ bytes: [100, 300], heldBytes: 0 });
    expect(page).toMatchObject({ changes: [], hasMore: false, end: { xid: '8' } });
  });

  it('expires if deletions behind its start were forgotten after its scope was read', async () => {
    const lastForgotten = { xid: '7', id };
    const after = { xid: '6', id };
    await expect(readKey({ ...key, after }, { ...joined, lastForgotten })).rejects.toMatchObject({
      reason: 'CURSOR_EXPIRED',
    });
    const walked = await readKey({ ...key, after, snapshotFloor: '8' }, { ...joined, lastForgotten });
    expect(walked.page.runs).toHaveLength(1);
  });

  it('omits the fields beyond the budget', async () => {
    for (const before of [[], [tooLarge(300)]]) {
      const { bytes, page } = await read(...before, tooLarge(1200), single);
      expect(bytes.at(-1)).toBe(1000);
      expect(bytes).toHaveLength(before.length + 2);
      expect(() => page.runs[0]!.response).toThrow(expect.objectContaining({ reason: 'RESPONSE_TOO_LARGE' }));
    }
  });
});
