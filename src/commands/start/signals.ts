// Ends the process after a signal, an uncaught error or the end of its parent, once requests in flight are completed.
// SIGHUP reloads.

import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import closeWithGrace from 'close-with-grace';
import { declareLimit } from '../../limits.js';
import type { Log } from '../../telemetry/logger.js';
import { isWriting } from '../../telemetry/writes-under-way.js';

/** For a database that does not close its connections. */
const maxEndMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time that a shutdown may take beyond `SHUTDOWN_DELAY_MS` and `SHUTDOWN_TIMEOUT_MS`',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the process exits with 1',
});
/** The final time limit for log lines that are being written. */
const maxWriteMs = 500;
const writePollMs = 10;

interface GracefulEndOptions {
  readonly log: Log;
  /** The time for which `close` may wait for requests. */
  readonly drainMs: number;
}

/** Returns a function that ends the process like a signal. */
export function endGracefully(
  close: () => Promise<void>,
  { log, drainMs }: GracefulEndOptions,
): (reason: string) => void {
  const grace = closeWithGrace(
    {
      // The limit below ends the process even if `process.exit` would not.
      delay: false,
      // Skips SIGHUP, which reloads, and `beforeExit`, so that a finished process keeps its own exit code.
      skip: ['SIGHUP', 'beforeExit', ...ownSignals, ...crashSignals],
      // The package's own messages would go to the console.
      logger: false,
      onSecondError(error) {
        const isBlocked = isWriting();
        log.error({ err: withoutMessage(error) }, 'uncaught error during shutdown');
        if (isBlocked) process.kill(process.pid, 'SIGKILL');
      },
    },
    async ({ err }) => {
      const limitMs = drainMs + maxEndMs;
      setTimeout(() => {
        log.error({ ms: limitMs }, 'shutdown timed out');
        void endProcess(1);
      }, limitMs).unref();
      if (err !== undefined) log.error({ err: withoutMessage(err) }, 'uncaught error, shutting down');
      await endProcess(await closeAll(err === undefined ? 0 : 1));
    },
  );

  /** Closes everything, and returns the exit code of the process. */
  const closeAll = async (code: number): Promise<number> => {
    try {
      await close();
      return code;
    } catch (error) {
      log.error({ err: error }, 'shutdown failed');
      return 1;
    }
  };

  let startedMs: number | undefined;
  const end = (facts: { readonly signal: string } | { readonly reason: string }) => {
    startedMs ??= logStart(facts);
  };
  const logStart = (facts: object) => {
    log.info(facts, 'shutting down');
    grace.close();
    return Date.now();
  };
  // close-with-grace exits on any second signal. Ctrl-C under npm sends two: the terminal's, and the one that npm
  // forwards.
  for (const signal of ownSignals) {
    process.on(signal, () => {
      if (startedMs !== undefined && Date.now() - startedMs > 1000) void endProcess(1);
      else end({ signal });
    });
  }
  return (reason) => end({ reason });
}

/**
 * Exits once the log and the audit log are written. If they cannot be, kills the process, because it would never exit.
 */
async function endProcess(code: number): Promise<void> {
  const deadline = performance.now() + maxWriteMs;
  while (isWriting() && performance.now() < deadline) await sleep(writePollMs);
  if (isWriting()) process.kill(process.pid, 'SIGKILL');
  else process.exit(code);
}

/**
 * Calls `end` when the parent process has exited. npm sends SIGTERM to the shell between itself and this process, and
 * most shells exit without forwarding it.
 */
export function endWithParent(end: (reason: string) => void): void {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    end('the parent process ended');
  }, 250);
  poll.unref();
}

interface HangUpActions {
  readonly reload: () => void;
  readonly end: (reason: string) => void;
}

/** Handles SIGHUP: ends the process if the terminal that started it has closed, and otherwise reloads. */
export function onHangUp({ reload, end }: HangUpActions): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('SIGHUP', () => {
    const closedTerminals = terminals.filter((fd) => !isatty(fd));
    if (closedTerminals.length === 0) return reload();
    // Writing to a closed terminal fails, and Node.js aborts if it cannot restore a terminal at exit.
    for (const fd of closedTerminals) {
      closeSync(fd);
      // Reuses the file descriptor that was just closed.
      openSync(devNull, 'r+');
      terminals.splice(terminals.indexOf(fd), 1);
    }
    end('the terminal was closed');
  });
}

const ownSignals = ['SIGTERM', 'SIGINT'] as const;

/** After these signals, Node.js may be unable to run a listener, so the process would hang instead of exiting. */
const crashSignals = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

/** Describes an error only by its type and stack, because its message may quote a request. */
function withoutMessage(error: unknown): {
  readonly type: string;
  readonly code?: unknown;
  readonly at: readonly string[];
} {
  if (!(error instanceof Error)) return { type: typeof error, at: [] };
  const { code, stack = '' } = error as NodeJS.ErrnoException;
  // The message precedes the frames in the stack.
  const [, ...rest] = stack.split(`${error.message}\n`);
  const frames = rest.flatMap((text) => text.split('\n')).map((frame) => frame.trim());
  return { type: error.name, ...(code !== undefined && { code }), at: frames };
}
