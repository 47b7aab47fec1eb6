/**
 * For a file or describe: timers, and `performance.now()`, that stand still unless they are told to go on.
 * @returns advances them
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
