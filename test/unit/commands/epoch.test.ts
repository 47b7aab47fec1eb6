import { describeEpoch, describeWork } from '../../../src/commands/epoch.js';

it.each([
  [0, '0 runs were'],
  [1, '1 run was'],
  [1234, '1,234 runs were'],
])('a new epoch after one of %i runs is reported in English', (count, runs) => {
  expect(describeEpoch(count)).toBe(`A new epoch has begun. ${runs} in the previous epoch.`);
});

it.each([
  [{ runs: 0, isExact: true, hasSearch: false }, '0 runs in one transaction, which takes less than a minute'],
  [{ runs: 1, isExact: true, hasSearch: true }, '1 run in one transaction, which takes less than a minute'],
  [
    { runs: 600_000, isExact: false, hasSearch: false },
    'about 600,000 runs in one transaction, which takes about 1 minute',
  ],
  [
    { runs: 600_000, isExact: false, hasSearch: true },
    'about 600,000 runs in one transaction, which takes about 6 minutes',
  ],
  [
    { runs: 50_000_000, isExact: false, hasSearch: true },
    'about 50,000,000 runs in one transaction, which takes about 8 hours',
  ],
])('the work of a new epoch is described before it begins: %j', (work, description) => {
  expect(describeWork(work)).toBe(`Rewriting ${description} on an idle server. Changes wait until it ends.`);
});
