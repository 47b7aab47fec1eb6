import {
  boundsOf,
  type PageInput,
  parsePageRequest,
  readsAscending,
} from '../../../src/task-runs/lists/page-request.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const path = { orgId: id, projectId: id, taskId: null };
const parse = (input: Partial<PageInput>) => parsePageRequest({ orderBy: 'CREATED_DESC', ...input }, path, {});
const position = { created: '2024-01-16T13:33:25.247662Z', id };
const cursor = parse({}).cursors.encode(position);

describe('a page', () => {
  it.each<[Partial<PageInput>, number, boolean]>([
    [{}, 50, false],
    [{ first: 1 }, 1, false],
    [{ first: 100, last: null }, 100, false],
    [{ last: 100 }, 100, true],
    [{ orderBy: 'CREATED_ASC' }, 50, true],
    [{ orderBy: 'CREATED_ASC', last: 1 }, 1, false],
  ])('%j has the size %d; ascending: %s', (input, size, ascends) => {
    const page = parse(input);
    expect([page.size, readsAscending(page)]).toEqual([size, ascends]);
  });

  it.each<[string, Partial<PageInput>]>([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['first', { first: -1 }],
    ['last', { last: 0 }],
    ['last', { last: 101 }],
    ['last', { first: 1, last: 1 }],
    ['after', { after: '' }],
    ['after', { after: 'x'.repeat(10_000) }],
    ['before', { before: cursor, orderBy: 'CREATED_ASC' }],
  ])('fails by the name of %s: %j', (argument, input) => {
    expect(() => parse(input)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: [argument] })] }),
      }),
    );
  });

  it.each([
    ['CREATED_DESC', '<', '>'],
    ['CREATED_ASC', '>', '<'],
  ] as const)('lies between its cursors, in time, by its order: %s', (orderBy, after, before) => {
    const mine = parse({ orderBy }).cursors.encode(position);
    expect(boundsOf(parse({ orderBy, after: mine, before: mine }))).toEqual([
      { end: 'after', operator: after, position },
      { end: 'before', operator: before, position },
    ]);
  });
});
