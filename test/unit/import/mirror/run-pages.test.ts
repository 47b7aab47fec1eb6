import { parsePage, runPages, toTime } from '../../../../src/import/mirror/run-pages.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const run = { id, task_id: id, created: '2024-01-16T13:33:25.247662' };
const pageOf = (results: unknown, pagination: unknown = {}) => JSON.stringify({ results, pagination });

describe('a page of runs', () => {
  it('contains the runs with their texts, and the next cursor', () => {
    const text = pageOf([run, null], { next_cursor: 'c', has_next: true });
    expect(parsePage(text)).toEqual({
      text,
      runs: [
        { text: JSON.stringify(run), run },
        { text: 'null', run: null },
      ],
      nextCursor: 'c',
    });
    expect(parsePage(pageOf([], { next_cursor: 'c', has_next: false })).nextCursor).toBeNull();
  });

  it.each([
    ['<html>secret', 'The service returned a page that is not JSON.'],
    ['null', 'The service returned a page without results.'],
    [pageOf({}), 'The service returned a page without results.'],
    [pageOf([{ ...run, id: 'x' }]), 'The service returned a run without an id, a task or a date.'],
    [pageOf([{ ...run, task_id: '../..' }]), 'The service returned a run without an id, a task or a date.'],
    [pageOf([{ ...run, created: 'x' }]), 'The service returned a run without an id, a task or a date.'],
    [pageOf([7]), 'The service returned a run without an id, a task or a date.'],
  ])('fails as %s', (text, message) => {
    expect(() => parsePage(text)).toThrow(new Error(message));
  });

  it('takes times as UTC unless they name a zone', () => {
    const utc = Date.UTC(2024, 0, 16, 13, 33, 25);
    expect(['', 'Z', '+00:00'].map((zone) => toTime(`2024-01-16T13:33:25${zone}`))).toEqual([utc, utc, utc]);
    expect(toTime('2024-01-16T13:33:25+01:00')).toBe(utc - 3_600_000);
  });
});

describe('the pages of a service', () => {
  const asked: string[] = [];
  const clientOf = (cursors: readonly (string | null)[]) => ({
    async getText(path: string) {
      const cursor = cursors[asked.push(path) - 1] ?? null;
      return pageOf([run], { next_cursor: cursor, has_next: cursor !== null });
    },
    getBytes: () => {
      throw new Error('nobody asks for bytes');
    },
  });
  const read = async (cursors: readonly (string | null)[], taskId: string | null) => {
    asked.length = 0;
    for await (const _page of runPages(clientOf(cursors), { orgId: 'o', projectId: 'p', taskId }));
    return asked;
  };

  it('follow their cursors, for a task or a project', async () => {
    expect(await read(['a b', null], 't')).toEqual([
      '/org/o/project/p/task/t/run?page_limit=100',
      '/org/o/project/p/task/t/run?page_limit=100&cursor=a+b',
    ]);
    expect(await read([null], null)).toEqual(['/org/o/project/p/task_run?page_limit=100']);
  });

  it('end where a cursor comes twice', async () => {
    await expect(read(['a', 'b', 'a'], 't')).rejects.toThrow('The service returned the same cursor again.');
  });
});
