import { facetItemsOf, shownItems } from '../../../src/pages/runs/filters/facet-items.js';

const loaded = Array.from({ length: 12 }, (_, index) => ({ value: `${index}`, name: `Name ${index}`, runs: index }));
const nothing = { included: [], excluded: [], nameOf: (value: string) => `value ${value}` };

describe('the values of a facet', () => {
  it('begin with selected ones that no run has', () => {
    const items = facetItemsOf(loaded.slice(0, 2), { ...nothing, included: ['x', '1'], excluded: ['0'] });
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['value x', 'included'],
      ['Name 0', 'excluded'],
      ['Name 1', 'included'],
    ]);
  });

  it('are five until all are requested, which can then be searched by name', () => {
    const items = facetItemsOf(loaded, nothing);
    expect(shownItems(items, false, 'ignored')).toMatchObject({
      shown: { length: 5 },
      isLong: true,
      isSearchable: false,
    });
    expect(shownItems(items, true, 'NAME 1').shown.map(({ value }) => value)).toEqual(['1', '10', '11']);
    expect(shownItems(items.slice(0, 6), true, 'ignored')).toMatchObject({ shown: { length: 6 }, isSearchable: false });
  });
});
