// The traversal of an export with a test reader.

import type { RequestBudget } from '../../../src/admission/request-budget.js';
import { positionBefore } from '../../../src/task-runs/changes/change-cursor.js';
import type { ChangePage } from '../../../src/task-runs/changes/change-reader.js';
import type { ChangePageKey } from '../../../src/task-runs/changes/change-statement.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import { type ExportRange, type ExportSource, readExport } from '../../../src/task-runs/export/run-export.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { createBudget } from '../../support/callers.js';

const epoch = 'the epoch';
const until = positionBefore('100');
const range: ExportRange = { epoch, after: null, snapshotFloor: null, until };
const neverAborted = new AbortController().signal;

/** One deletion for each task, and one for a deleted task. */
const deletionsOf = ({ scope, deletedTasks }: ChangePageKey): string[] => [
  ...scope.allRunsTaskIds.map((task) => `${task} deleted`),
  ...(deletedTasks.length === 0 ? [] : ['deleted with its task']),
];

/** Creates tasks with the given numbers of runs; a run is `task:number`. */
function sourceOf(runsOf: Readonly<Record<string, number>>) {
  const keys: ChangePageKey[] = [];
  const budgets: RequestBudget[] = [];
  const state = { tasks: Object.keys(runsOf), epoch, settled: '99' };
  const source: ExportSource = {
    filter: noFilter,
    selection: { fieldGroups: FieldGroup.details, pointers: [] },
    pages: createBudget().bytes.reservePages({}),
    maxPageRuns: 500,
    openBudget() {
      const budget = createBudget();
      budgets.push(budget);
      return budget;
    },
    async readScope() {
      const scope = {
        path: { orgId: 'o', projectId: 'p', taskId: null },
        allRunsTaskIds: state.tasks,
        ownRunsTaskIds: [],
        userId: null,
      };
      const deletedTasks = [{ allRuns: [], ownRuns: [], userId: null, taskIds: null }];
      return { scope, deletedTasks, moveScope: null, epoch: state.epoch, settled: '100', lastForgotten: null };
    },
    readFiles: async () => [],
    reader: {
      async readPage(key) {
        keys.push(key);
        const all =
          key.kinds === 'deletions'
            ? deletionsOf(key)
            : key.scope.allRunsTaskIds.flatMap((task) =>
                Array.from({ length: runsOf[task]! }, (_, n) => `${task}:${n}`),
              );
        const start = key.after === null || key.after.xid === '0' ? 0 : Number(key.after.xid);
        const ids = all.slice(start, start + key.size);
        const hasMore = start + ids.length < all.length;
        const end = hasMore ? { xid: String(start + ids.length), id: ids.at(-1)! } : { xid: state.settled, id: 'last' };
        return {
          runs: key.kinds === 'deletions' ? [] : ids.map((id) => ({ id })),
          changes: key.kinds === 'deletions' ? ids.map((runId) => ({ deleted: { runId } })) : [],
          fieldGroups: 32,
          relations: { filesByRun: new Map() },
          hasMore,
          end,
        } as unknown as ChangePage;
      },
    },
  };
  return { source, keys, budgets, state };
}

async function idsOf(pages: AsyncIterable<{ readonly runs: readonly { readonly id: string }[] }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { runs } of pages) ids.push(...runs.map(({ id }) => id));
  return ids;
}

/** Resolves when everything has happened that waits for nothing else. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('An export', () => {
  it('reads task by task, and small tasks together', async () => {
    const sizes = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`t${String(index).padStart(2, '0')}`, 2]),
    );
    const { source, keys } = sourceOf({ ...sizes, t00: 1201 });
    const ids = await idsOf(readExport(source, range, neverAborted));
    expect(ids).toHaveLength(1201 + 39 * 2);
    expect(new Set(ids).size).toBe(ids.length);
    expect(keys.map(({ scope }) => scope.allRunsTaskIds.length)).toEqual([1, 1, 1, 1, 2, 4, 8, 16, 8]);
  });

  it('begins each task behind the cursor that it continues', async () => {
    const { source, keys } = sourceOf({ a: 600, b: 1 });
    const after = { xid: '0', id: 'x' };
    await idsOf(readExport(source, { ...range, after }, neverAborted));
    const runKeys = keys.filter(({ kinds }) => kinds === 'runs');
    expect(runKeys.map((key) => key.after)).toEqual([after, { xid: '500', id: 'a:499' }, after]);
    expect(new Set(keys.map((key) => key.until))).toEqual(new Set(['100']));
  });

  it('begins with the deletions behind that cursor, of deleted tasks last, and has none without one', async () => {
    const { source } = sourceOf({ a: 1, b: 1 });
    const read = async (after: ExportRange['after']) => {
      const rows: string[] = [];
      for await (const { runs, deletions } of readExport(source, { ...range, after }, neverAborted))
        rows.push(...deletions.map(({ runId }) => runId), ...runs.map(({ id }) => id));
      return rows;
    };
    expect(await read({ xid: '0', id: 'x' })).toEqual([
      'a deleted',
      'b deleted',
      'deleted with its task',
      'a:0',
      'b:0',
    ]);
    expect(await read(null)).toEqual(['a:0', 'b:0']);
  });

  it('reads one page ahead of the one that is in use, and no more', async () => {
    const { source, keys, budgets } = sourceOf({ a: 5000 });
    const pages = readExport(source, range, neverAborted);
    await pages.next();
    await settled();
    expect(keys).toHaveLength(2);
    await pages.return(undefined);
    expect(budgets.every(({ deadline }) => deadline.isAbandoned)).toBe(true);
  });

  it('requests the next page when it returns one, so that the database works while the page is written', async () => {
    const { source } = sourceOf({ a: 1700 });
    let sent = 0;
    const readScope = async (budget: RequestBudget) => {
      await settled();
      return source.readScope(budget);
    };
    const readPage: ExportSource['reader']['readPage'] = (key, budget) => {
      // Sends asynchronously, like the driver.
      process.nextTick(() => {
        sent += 1;
      });
      return source.reader.readPage(key, budget);
    };
    const sentAtPage: number[] = [];
    const delayed = { ...source, readScope, reader: { ...source.reader, readPage } };
    for await (const _ of readExport(delayed, range, neverAborted)) sentAtPage.push(sent);
    expect(sentAtPage).toEqual([2, 3, 4, 4]);
  });

  it('continues from a position in another process, with the same pages', async () => {
    const tasks = { a: 700, b: 3, c: 2, d: 900, e: 1 };
    const whole = await idsOf(readExport(sourceOf(tasks).source, range, neverAborted));
    const parts: string[] = [];
    let from: ExportRange['from'];
    for (let count = 0; count < 20; count += 1) {
      for await (const page of readExport(
        sourceOf(tasks).source,
        { ...range, limit: 333, ...(from && { from }) },
        neverAborted,
      )) {
        parts.push(...page.runs.map(({ id }) => id));
        from = JSON.parse(JSON.stringify(page.position));
      }
    }
    expect(parts).toEqual(whole);
    expect(whole).toHaveLength(1606);
  });

  it("fails when the caller's visible runs change meanwhile", async () => {
    const { source, state } = sourceOf({ a: 5000 });
    const pages = readExport(source, range, neverAborted);
    await pages.next();
    state.epoch = 'another';
    const rest = idsOf(pages);
    await expect(rest).rejects.toMatchObject({ reason: 'CURSOR_EXPIRED' });
  });

  it('fails on a server that is not up to date with it', async () => {
    const { source, state } = sourceOf({ a: 1 });
    state.settled = '42';
    await expect(idsOf(readExport(source, range, neverAborted))).rejects.toMatchObject({
      reason: 'SERVICE_UNAVAILABLE',
    });
  });

  it('ends its reads once it is aborted', async () => {
    const { source, budgets } = sourceOf({ a: 5000 });
    const gone = new AbortController();
    const pages = readExport(source, range, gone.signal);
    await pages.next();
    gone.abort(new Error('gone'));
    await expect(pages.next()).rejects.toThrow('gone');
    expect(budgets.every(({ deadline }) => deadline.isAbandoned)).toBe(true);
  });
});
