import { constants } from 'node:os';

/** The first signal stops the command where it can be stopped; a second ends the process at once, as it does by default. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      stop.abort();
    });
  }
  return stop.signal;
}
