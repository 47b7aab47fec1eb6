import { createSeedCommand, readRunCount } from '../../../src/commands/seed.js';
import { parsed } from './parsed-command.js';

const runsIn = (...args: readonly string[]) => readRunCount(parsed(createSeedCommand(), args));

describe('the options of the seed command', () => {
  it.each([
    [['--runs', '1'], 1],
    [['--runs=100000000'], 100_000_000],
  ])('%j is %i runs', (args, runs) => {
    expect(runsIn(...args)).toBe(runs);
  });

  it.each([
    [[], '--runs is missing.'],
    [['--runs'], '--runs has no value.'],
    [['--runs='], '--runs is not an integer'],
    [['--runs', '0'], '--runs is not an integer'],
    [['--runs', '100000001'], '--runs is not an integer'],
    [['--runs', '-5'], '--runs is not an integer'],
    [['--runs', '1.5'], '--runs is not an integer'],
    [['--runs', '5', '--runs', '6'], '--runs is given twice.'],
    [['--runs', '5', '6'], '"6" does not belong to any option.'],
    [['--runs', '5', '-v'], '-v is not an option.'],
  ])('%j is rejected', (args, fault) => {
    expect(() => runsIn(...args)).toThrow(fault);
  });
});
