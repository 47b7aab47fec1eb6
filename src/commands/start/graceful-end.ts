// How the process ends: by a signal, or by an error that nothing has caught. Either way requests in flight are answered.

import closeWithGrace from 'close-with-grace';
import type { Log } from '../../telemetry/logger.js';

interface GracefulEndOptions {
  readonly log: Log;
  /** How long `close` may wait for requests. */
  readonly drainMs: number;
}

/** Returns a function that ends the process as a signal does. */
export function endGracefully(
  close: () => Promise<void>,
  { log, drainMs }: GracefulEndOptions,
): (reason: string) => void {
  const grace = closeWithGrace(
    {
      // The drain ends by itself; this is for a database that does not let go of its connections.
      delay: drainMs + 10_000,
      // A process that has nothing left to do ends with the exit code that it has set.
      skip: ['SIGHUP', 'beforeExit', ...ownSignals, ...crashSignals],
      logger: { error: (error) => log.error({ err: error }, 'shutting down failed') },
      onTimeout: (ms) => log.error({ ms }, 'shutting down took too long'),
      onSecondError: (error) => log.error({ err: withoutMessage(error) }, 'uncaught error while shutting down'),
    },
    async ({ err }) => {
      if (err !== undefined) log.error({ err: withoutMessage(err) }, 'uncaught error, shutting down');
      await close();
    },
  );

  let startedMs: number | undefined;
  const end = (facts: { readonly signal: string } | { readonly reason: string }) => {
    startedMs ??= logStart(facts);
  };
  const logStart = (facts: object) => {
    log.info(facts, 'shutting down');
    grace.close();
    return Date.now();
  };
  // close-with-grace exits at a second signal, however soon. Ctrl-C under npm sends two: the terminal's, and the one that
  // npm passes on.
  for (const signal of ownSignals) {
    process.on(signal, () => {
      if (startedMs !== undefined && Date.now() - startedMs > 1000) process.exit(1);
      end({ signal });
    });
  }
  return (reason) => end({ reason });
}

const ownSignals = ['SIGTERM', 'SIGINT'] as const;

/** After these Node.js may be unable to run a listener: the process would hang instead of ending. */
const crashSignals = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

/** An error's message may quote what a request has sent. What kind it is, and where it happened, does not. */
function withoutMessage(error: unknown): {
  readonly type: string;
  readonly code?: unknown;
  readonly at: readonly string[];
} {
  if (!(error instanceof Error)) return { type: typeof error, at: [] };
  const { code, stack = '' } = error as NodeJS.ErrnoException;
  // The message is in the stack, before the frames.
  const [, ...rest] = stack.split(`${error.message}\n`);
  const frames = rest.flatMap((text) => text.split('\n')).map((frame) => frame.trim());
  return { type: error.name, ...(code !== undefined && { code }), at: frames };
}
