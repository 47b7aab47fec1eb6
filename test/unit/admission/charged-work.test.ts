import { ChargedWork } from '../../../src/admission/charged-work.js';

describe('charged work', () => {
  let now: number;
  let charged: number;
  const cost = {
    addProcessor(milliseconds: number) {
      charged += milliseconds;
    },
  };
  beforeEach(() => {
    now = 1000;
    charged = 0;
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };

  it('has the time before, between and after waits', async () => {
    const work = new ChargedWork(cost, () => now);
    pass(1);
    expect(await work.waitFor(() => Promise.resolve(pass(100)).then(() => 'result'))).toBe('result');
    pass(20);
    await expect(work.waitFor(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    pass(300);
    work.end();
    expect(charged).toBe(321);
  });

  it('has the time of no wait twice, where several overlap', async () => {
    const work = new ChargedWork(cost, () => now);
    pass(1);
    const ends: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => ends.push(resolve));
    const waits = [work.waitFor(wait), work.waitFor(wait)];
    pass(100);
    ends[0]!();
    await waits[0];
    pass(100);
    ends[1]!();
    await waits[1];
    pass(20);
    work.end();
    expect(charged).toBe(21);
  });
});
