// Exports whose consumers keep pages, such as those of a row group, with little memory for all of them.

import { setImmediate } from 'node:timers/promises';
import { MemoryLedger, pageGraceMs } from '../../../src/memory/memory-ledger.js';
import { positionBefore } from '../../../src/task-runs/changes/change-cursor.js';
import type { ChangePage } from '../../../src/task-runs/changes/change-reader.js';
import { toRuns } from '../../../src/task-runs/columns/columnar-run.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import type { TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import { exportWeight, readExport } from '../../../src/task-runs/export/run-export.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { createBudget } from '../../support/callers.js';

const path = { orgId: 'o', projectId: 'p', taskId: null };
const selection = { fieldGroups: FieldGroup.response, pointers: [] };
const part = { maxRows: 20, maxJsonBytes: 4000 };
const valueBytes = 512;
/** Room for two parts of different callers, but not for a part of one caller's second export. */
const ledgerBytes = 850_000;

/** The number of JSON bytes in each run: many small ones, some that fill a part, and larger ones. */
const sizes = Array.from({ length: 150 }, (_, index) =>
  index % 50 === 30 ? 9000 : index % 40 === 17 ? 4000 : index % 10 === 3 ? 1500 : 20 + (index % 7),
);

function openExport(memory: MemoryLedger, callerId: string, pageRuns: number, cut = () => {}) {
  const budget = createBudget({ memory, callerId });
  const pages = budget.bytes.reservePages({ weight: exportWeight, end: cut });
  return readExport(
    {
      ...{ filter: noFilter, selection, maxPageRuns: 500, pages, part },
      openBudget: () => budget.renew({ pages }),
      readFiles: async () => [],
      async readScope() {
        await setImmediate();
        const scope = { path, allRunsTaskIds: ['t'], ownRunsTaskIds: [], userId: null };
        return { scope, deletedTasks: [], moveScope: null, epoch: 'epoch', settled: '1000', lastForgotten: null };
      },
      reader: {
        readPage(key, budget) {
          const start = key.after === null ? 0 : Number(key.after.xid);
          const maxBytes = key.maxBytes ?? part.maxJsonBytes;
          let end = start;
          let bytes = 0;
          const maxRuns = Math.min(key.size, pageRuns);
          while (end < sizes.length && end - start < maxRuns && bytes + sizes[end]! <= maxBytes) {
            bytes += sizes[end]!;
            end += 1;
          }
          const isCut = end < sizes.length && end - start < maxRuns;
          const isLarge = isCut && end === start && !key.stopsBeforeLarge;
          if (isLarge) end += 1;
          return budget.bytes.readSerially(
            isLarge ? sizes[start]! : maxBytes,
            async () => {
              await setImmediate();
              return toPage(start, end, isCut && !isLarge);
            },
            ({ runs }) => runs.length,
            { bytes: maxRuns * valueBytes, bytesOf: ({ runs }) => runs.length * valueBytes },
          );
        },
      },
    },
    { epoch: 'epoch', after: null, snapshotFloor: null, until: positionBefore('1000') },
    new AbortController().signal,
  );
}

function toPage(start: number, end: number, isCut: boolean): ChangePage {
  const indexes = sizes.map((_, index) => index).slice(start, end);
  const row = {
    runs: { id: indexes.map(String) },
    response: indexes.map((index) => 'x'.repeat(sizes[index]!)).join('\n'),
  };
  const runs = toRuns(row as never, () => ({ path, selection, maxBytes: 1_000_000 }) as never) as TaskRunRecord[];
  return {
    runs,
    changes: runs.map(() => ({ deleted: null })),
    fieldGroups: selection.fieldGroups,
    relations: { filesByRun: new Map() },
    isCut,
    hasMore: end < sizes.length,
    end: { xid: String(end < sizes.length ? end : 999), id: 'last' },
  } as unknown as ChangePage;
}

/** Returns the ids of the runs in each part. */
async function partsOf(pages: AsyncIterable<{ readonly runs: readonly TaskRunRecord[]; readonly endsPart?: boolean }>) {
  const parts: string[][] = [[]];
  for await (const { runs, endsPart } of pages) {
    parts.at(-1)!.push(...runs.map(({ id }) => id));
    await setImmediate();
    if (endsPart) parts.push([]);
  }
  expect(parts.pop()).toEqual([]);
  return parts;
}

describe('exports in parts', () => {
  it('arrive whole, and wait for memory only while they hold none', async () => {
    const memory = new MemoryLedger(ledgerBytes);
    const acquire = memory.pages.acquire.bind(memory.pages);
    const heldWhileAcquiring: number[] = [];
    memory.pages.acquire = (holding, bytes, request) => {
      heldWhileAcquiring.push(holding.memoryBytes);
      return acquire(holding, bytes, request);
    };
    const expected = await partsOf(openExport(new MemoryLedger(ledgerBytes), 'ada', 5));
    const exports = ['ada', 'ada', 'ada', 'ada', 'ben', 'ben', 'ben', 'ben'].map((caller) =>
      partsOf(openExport(memory, caller, 5)),
    );
    for (const parts of await Promise.all(exports)) expect(parts).toEqual(expected);
    expect(expected.flat()).toEqual(sizes.map((_, index) => String(index)));
    expect(new Set(heldWhileAcquiring)).toEqual(new Set([0]));
    expect(memory.usedBytes).toBe(0);
  });

  it('end when others wait for their memory and their clients are slow, but not while they are written', async () => {
    const clock = { now: 0 };
    const memory = new MemoryLedger(ledgerBytes, () => clock.now);
    let isCut = false;
    const pages = openExport(memory, 'ada', 500, () => {
      isCut = true;
    });
    const { value: page } = await pages.next();
    expect(page).toMatchObject({ endsPart: true });
    memory.pages.hold('ada').add(memory.pages.maxBytes);
    const request = { expiresAt: Number.POSITIVE_INFINITY, add() {}, delete() {} };
    void memory.pages.hold('ben').acquire(1, request);
    for (const isSending of [false, true]) {
      if (isSending) page!.startSending();
      clock.now += 2 * pageGraceMs;
      memory.pages.serve();
      expect(isCut).toBe(isSending);
    }
    await pages.return(undefined);
  });

  it('produce the same parts for any size of page, each as large as its limits allow', async () => {
    const parts = await partsOf(openExport(MemoryLedger.unlimited(), 'ada', 1));
    for (const pageRuns of [3, 7, 500])
      expect(await partsOf(openExport(MemoryLedger.unlimited(), 'ada', pageRuns))).toEqual(parts);
    const bytesOf = (ids: readonly string[]) => ids.reduce((sum, id) => sum + sizes[Number(id)]!, 0);
    for (const [index, ids] of parts.entries()) {
      const next = parts[index + 1];
      const isFull =
        next === undefined || ids.length === part.maxRows || bytesOf([...ids, next[0]!]) > part.maxJsonBytes;
      expect([ids.length === 1 || bytesOf(ids) <= part.maxJsonBytes, ids.length <= part.maxRows, isFull]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});
