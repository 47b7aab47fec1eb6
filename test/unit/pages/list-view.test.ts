import { bodyOf, pagesOf, unknownFiltersText } from '../../../src/pages/runs/list/list-view.js';

const list = {
  rows: 50,
  hasNoAccess: false,
  isMiss: false,
  hasError: false,
  isFilterError: false,
  isStale: false,
  isUnfinished: false,
};

describe('the body of the list', () => {
  it.each([
    ['rows', {}],
    ['rows that are loading', { rows: undefined }],
    ['rows of an earlier request below an error', { hasError: true, isStale: true }],
    ['rows of an unfinished scan that found none yet', { rows: 0, isUnfinished: true }],
    ['no rows while the next ones are loading', { rows: 0, isStale: true }],
  ])('shows %s', (_title, state) => {
    expect(bodyOf({ ...list, ...state })).toBe('rows');
  });

  it.each([
    ['no run matches', { rows: 0 }],
    ['a search had no hit', { isMiss: true }],
    ['the caller has no role', { hasNoAccess: true, hasError: true }],
  ])('is a sentence if %s', (_title, state) => {
    expect(bodyOf({ ...list, ...state })).toBe('sentence');
  });

  it('has no rows of the previous filters next to an invalid one', () => {
    expect(bodyOf({ ...list, hasError: true, isFilterError: true })).toBe('filters');
  });

  it('is empty if nothing could be read', () => {
    expect(bodyOf({ ...list, rows: undefined, hasError: true })).toBe('nothing');
  });
});

describe('the pages of the list', () => {
  const pageInfo = { hasNextPage: true, hasPreviousPage: true, startCursor: 'a', endCursor: 'z' };

  it('continue after the last run, and before the first one', () => {
    expect(pagesOf(new URLSearchParams('after=b'), pageInfo)).toEqual({
      isFirst: false,
      older: { after: 'z', before: null },
      newer: { after: null, before: 'a' },
    });
  });

  it('begin with the first one, and are unknown until it is read', () => {
    expect(pagesOf(new URLSearchParams(), pageInfo)).toMatchObject({ isFirst: true, newer: undefined });
    expect(pagesOf(new URLSearchParams('before=b'), undefined)).toEqual({ isFirst: false });
  });
});

it('names filters that no longer exist', () => {
  expect(unknownFiltersText([])).toBeUndefined();
  expect(unknownFiltersText(['a'])).toBe('The filter “a” no longer exists and was ignored.');
  expect(unknownFiltersText(['a', 'b'])).toBe('The filters “a”, “b” no longer exist and were ignored.');
});
