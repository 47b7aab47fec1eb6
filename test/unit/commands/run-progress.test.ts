import { createRunProgress } from '../../../src/commands/long-running.js';

const recorded = (isTTY: boolean, earlier = 0) => {
  const clock = { ms: 0 };
  const written: string[] = [];
  const progress = createRunProgress({ isTTY, write: (text) => written.push(text) }, 10_000, () => clock.ms, earlier);
  return { clock, written, progress };
};

describe('the progress of a command', () => {
  it('redraws a bar on a terminal', () => {
    const { clock, written, progress } = recorded(true);
    clock.ms = 500;
    progress.show(5000);
    progress.finish(10_000);
    expect(written).toEqual([
      '\r[###############...............] 50 % 5,000 of 10,000 runs, 10,000 a second, 1 s left\x1b[K',
      '\r[##############################] 100 % 10,000 of 10,000 runs, 20,000 a second\x1b[K\n',
    ]);
  });

  it('counts only its own runs in the rate, and never more runs than there are', () => {
    const { clock, written, progress } = recorded(false, 8000);
    clock.ms = 2000;
    progress.show(9000);
    progress.finish(10_400);
    expect(written).toEqual([
      '9,000 of 10,000 runs, 500 a second, 2 s left\n',
      '10,400 of 10,400 runs, 1,200 a second\n',
    ]);
  });

  it('prints a line a second elsewhere, and one at the end', () => {
    const { clock, written, progress } = recorded(false);
    for (clock.ms = 100; clock.ms <= 2500; clock.ms += 100) progress.show(clock.ms);
    progress.finish(2500);
    expect(written.map((line) => line.split(' ')[0])).toEqual(['1,000', '2,000', '2,500']);
    expect(written.join('')).toMatch(/^([\d,]+ of 10,000 runs, [\d,]+ a second(, \d+ s left)?\n){3}$/);
  });

  it.each([
    [5000, '1 s'],
    [1000, '9 s'],
    [100, '2 min'],
    [2, '1 h 23 min'],
    [0, null],
  ])('names the time that is left after %i runs in a second', (runs, left) => {
    const { clock, written, progress } = recorded(false);
    clock.ms = 1000;
    progress.show(runs);
    expect(written[0]?.match(/a second(?:, (.*) left)?$/m)?.[1] ?? null).toBe(left);
  });
});
