import { setImmediate as afterTick } from 'node:timers/promises';
import { createCallerQueue } from '../../../src/streams/caller-queue.js';

describe('queue by caller', () => {
  it('serves callers round robin, one entry in each turn of the event loop', async () => {
    const enter = createCallerQueue();
    const order: string[] = [];
    const requests = ['a', 'a', 'a', 'b', 'c', 'b'].map(async (caller) => {
      await enter(caller);
      order.push(caller);
    });
    await Promise.resolve();
    expect(order).toEqual(['a']);
    await afterTick();
    expect(order.length).toBeLessThan(4);
    await Promise.all(requests);
    expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b']);
    await afterTick();
    await enter('later');
  });

  it('serves a batch of entries in each turn of the event loop', async () => {
    const enter = createCallerQueue(2);
    const order: string[] = [];
    const requests = ['a', 'a', 'b', 'a', 'b'].map(async (caller) => {
      await enter(caller);
      order.push(caller);
    });
    await Promise.resolve();
    expect(order).toEqual(['a']);
    await Promise.all(requests);
    expect(order).toEqual(['a', 'a', 'b', 'a', 'b']);
  });
});
