import { parseDateTime } from '../../src/dates/parse-date-time.js';
import { codesIn, documentAt } from './documents.js';

const table = documentAt('docs/lists.md').tables.find(({ heading }) => heading === 'Dates and numbers in arguments')!;

it.each(table.rows)('Dates that are %s are accepted as in docs/lists.md: %s', (form, examples) => {
  const dates = codesIn(examples).map(parseDateTime);
  expect(dates.length).toBeGreaterThan(0);
  expect(new Set(dates.map(({ isRelative }) => isRelative))).toEqual(new Set([form === 'relative']));
});
