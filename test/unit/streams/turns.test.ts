import { setImmediate as afterTick } from 'node:timers/promises';
import { createTurns } from '../../../src/streams/turns.js';

describe('the turns of requests that are parsed', () => {
  it('go round the callers, one in each turn of the event loop', async () => {
    const turn = createTurns();
    const order: string[] = [];
    const requests = ['a', 'a', 'a', 'b', 'c', 'b'].map(async (caller) => {
      await turn(caller);
      order.push(caller);
    });
    await Promise.resolve();
    expect(order).toEqual(['a']);
    await afterTick();
    expect(order.length).toBeLessThan(4);
    await Promise.all(requests);
    expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b']);
    await afterTick();
    await turn('later');
  });

  it('are as many in each turn of the event loop as they may be', async () => {
    const turn = createTurns(2);
    const order: string[] = [];
    const requests = ['a', 'a', 'b', 'a', 'b'].map(async (caller) => {
      await turn(caller);
      order.push(caller);
    });
    await Promise.resolve();
    expect(order).toEqual(['a']);
    await Promise.all(requests);
    expect(order).toEqual(['a', 'a', 'b', 'a', 'b']);
  });
});
