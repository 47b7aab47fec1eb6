import { RawJson } from '../../../src/json/raw-json.js';
import { countItems, sliceItems } from '../../../src/mcp/items.js';

const result = {
  errors: [{ message: 'a', path: ['x', 0] }],
  data: {
    name: 'fixed',
    groups: [
      { name: 'one', tasks: [{ id: 1 }, { id: 2 }] },
      { name: 'none', tasks: [] },
      { name: 'two', tasks: [{ id: 3 }] },
    ],
    raw: new RawJson('[{}]'),
    texts: ['a', 'b'],
  },
};

describe('items', () => {
  it('consist of the innermost objects of lists', () => {
    expect(countItems(result)).toBe(5);
  });

  it.each([
    [0, 5, result.errors, result.data.groups],
    [0, 2, result.errors, [{ name: 'one', tasks: [{ id: 1 }] }]],
    [
      2,
      4,
      [],
      [
        { name: 'one', tasks: [{ id: 2 }] },
        { name: 'none', tasks: [] },
      ],
    ],
    [4, 9, [], [{ name: 'two', tasks: [{ id: 3 }] }]],
    [5, 9, [], []],
  ])('from %d to before %d are sliced with what is around them', (from, to, errors, groups) => {
    expect(sliceItems(result, from, to)).toEqual({ errors, data: { ...result.data, groups } });
  });

  it('belong to exactly one of consecutive slices each', () => {
    const idsOf = (value: unknown) => [...JSON.stringify(value).matchAll(/"id":(\d)/g)].map(([, id]) => id);
    const slices = [0, 1, 2, 3, 4].map((from) => sliceItems(result, from, from + 1));
    expect(slices.flatMap(idsOf)).toEqual(['1', '2', '3']);
  });
});
