import { describeEpoch } from '../../../src/commands/epoch.js';

it.each([
  [0, '0 runs were'],
  [1, '1 run was'],
  [1234, '1,234 runs were'],
])('a new epoch after one of %i runs is reported in English', (count, runs) => {
  expect(describeEpoch(count)).toBe(`A new epoch has begun. ${runs} of the one before.`);
});
