import { andThen } from '../../src/maybe-promise.js';

const failed = new Error('Failed.');
const fail = () => {
  throw failed;
};
/** A handler that must not be called. */
const unexpected = () => {
  throw new Error('Unexpected.');
};
// biome-ignore lint/suspicious/noThenProperty: Fastify's replies have one.
const thenable = { then: unexpected };

describe('the step after a value', () => {
  it.each([undefined, null, 0, '', 'text', thenable])('is taken at once with %p', (value) => {
    const received: unknown[] = [];
    expect(andThen(value, (item) => received.push(item))).toBe(1);
    expect(received).toEqual([value]);
  });

  it('may return a promise, which is the result', () => {
    const promise = Promise.resolve();
    expect(andThen('value', () => promise)).toBe(promise);
  });

  it('throws its error at once, which is not a rejection', () => {
    expect(() => andThen('value', fail, unexpected)).toThrow(failed);
  });
});

describe('the step after a promise', () => {
  it('is taken one tick after the promise is fulfilled', async () => {
    const order: string[] = [];
    const result = andThen(Promise.resolve('value'), (value) => {
      order.push(value);
      return 'result';
    });
    queueMicrotask(() => order.push('next tick'));
    order.push('same tick');
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe('result');
    expect(order).toEqual(['same tick', 'value', 'next tick']);
  });

  it('may return a further promise', async () => {
    expect(await andThen(Promise.resolve(1), async (value) => value + 1)).toBe(2);
  });

  it('rejects with its error, which is not a rejection of the promise', async () => {
    await expect(andThen(Promise.resolve(), fail, unexpected)).rejects.toBe(failed);
  });

  it('is not taken after a rejection, which is passed on', async () => {
    await expect(andThen(Promise.reject(failed), unexpected)).rejects.toBe(failed);
  });

  it('is replaced by the handler of a rejection', async () => {
    expect(await andThen(Promise.reject(failed), unexpected, (error) => error)).toBe(failed);
  });
});
