/**
 * Replaces, for a file or describe, timers and `performance.now()` by ones that stand still until they are advanced.
 * @returns a function that advances them
 */
export function useFakeTime(): (milliseconds: number) => Promise<void> {
  const { jest } = import.meta;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  return (milliseconds) => jest.advanceTimersByTimeAsync(milliseconds);
}
