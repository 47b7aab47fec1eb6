import { countDeleted, countNew, rowsOf, waitingRuns } from '../../../src/pages/runs/list/live-rows.js';

const run = (id: string, second: number, isError = false) => ({
  id,
  created: `2026-10-01T00:00:0${second}.000000Z`,
  isError,
});
const listed = [run('c', 3), run('b', 2), run('a', 1)];
const changesOf = (...runs: readonly ReturnType<typeof run>[]) => new Map(runs.map((one) => [one.id, one]));
const idsOf = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id).join('');

describe('the rows of a live list', () => {
  it('keep their places when runs change or are deleted', () => {
    const changed = new Map<string, ReturnType<typeof run> | null>([
      ['b', run('b', 2, true)],
      ['c', null],
      ['d', run('d', 4)],
    ]);
    const rows = rowsOf(listed, changed, new Set());
    expect(idsOf(rows)).toBe('ba');
    expect(rows[0]).toMatchObject({ isError: true });
    expect(countDeleted(listed, changed)).toBe(1);
  });

  it('show flowed runs above the others, newest first, until they are deleted', () => {
    const changed = changesOf(run('e', 5), run('d', 4));
    expect(idsOf(rowsOf(listed, changed, new Set(['d', 'e'])))).toBe('edcba');
    expect(idsOf(rowsOf(listed, new Map([...changed, ['e', null]]), new Set(['d', 'e'])))).toBe('dcba');
  });

  it('wait only if they are newer than all listed ones', () => {
    expect(waitingRuns(listed, changesOf(run('x', 0), run('b', 2), run('d', 4)))).toEqual(['d']);
    expect(waitingRuns([], changesOf(run('x', 0)))).toEqual(['x']);
  });
});

describe('new runs', () => {
  it('are those created after the newest counted one, except shown ones', () => {
    const outcomes = changesOf(run('a', 1), run('d', 4), run('e', 5, true));
    expect(countNew(outcomes, ['a'], listed[0]!.created)).toEqual({ count: 2, failed: 1 });
    expect(countNew(outcomes, ['a', 'e'], listed[0]!.created)).toEqual({ count: 1, failed: 0 });
  });
});
