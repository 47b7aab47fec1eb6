import { matchesWords } from '../../../src/pages/static/matches-words.js';

it.each([
  ['', true],
  ['  ', true],
  ['forbidden', true],
  ['403 FORB', true],
  ['check 403', true],
  ['404', false],
  ['403 missing', false],
])('a row matches %j: %s', (query, expected) => {
  expect(matchesWords('FORBIDDEN PERMISSION_CHECK_FAILED 403', query)).toBe(expected);
});
