/**
 * In a file or describe, replaces timers and `performance.now()` with ones that only move when advanced.
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
