import { listNewRuns } from '../../../../src/import/mirror/list-new-runs.js';
import type { RunPage } from '../../../../src/import/mirror/run-pages.js';

const idOf = (number: number) => `0190a234-8dc6-6d08-aea9-${String(number).padStart(12, '0')}`;
const start = Date.parse('2026-11-26T12:00:00Z');

/** Yields pages of two runs, each ten minutes older than the previous one. Run 0 is the newest. */
async function* pages(): AsyncGenerator<RunPage> {
  for (let page = 0; page < 20; page += 1) {
    const runs = [2 * page, 2 * page + 1].map((number) => ({
      text: '',
      run: { id: idOf(number).toUpperCase(), task_id: '', created: new Date(start - number * 600_000).toISOString() },
    }));
    yield { text: `${page}`, runs, nextCursor: '' };
  }
}

const listed = async (known: readonly number[], since: number | null = null) => {
  const texts: string[] = [];
  const spool = { push: async (text: string) => void texts.push(text), reversed: pages as never };
  const ids = new Set(known.map(idOf));
  const count = await listNewRuns({ pages: pages(), spool, since, findKnown: async () => ids, onList: () => {} });
  expect(count).toBe(2 * texts.length);
  return texts.length;
};
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('the pages that a mirror reads', () => {
  it('include all pages where no run is known', async () => {
    expect(await listed([])).toBe(20);
  });

  it('reach an hour below the newest known run', async () => {
    // Run 6 is the newest known one, and run 13 the first that is more than an hour older.
    expect(await listed(numbers(6, 40))).toBe(7);
  });

  it('go on as long as a page has an unknown run', async () => {
    expect(await listed(numbers(6, 40).filter((number) => number !== 12))).toBe(8);
    expect(await listed(numbers(6, 40).filter((number) => number % 2 === 0))).toBe(20);
  });

  it('reach down to a date, known or not', async () => {
    expect(await listed(numbers(0, 40), start - 3 * 3_600_000)).toBe(10);
  });
});
