// Shared parts of long-running commands: a time limit for statements, a signal to stop, and progress.

import { constants } from 'node:os';
import { formatCount } from '../format-count.js';
import { declareLimit } from '../limits.js';

/**
 * Long, because batches are larger than the gateway's statements, and operators are willing to wait for a busy server.
 */
export const batchTimeoutMs = declareLimit(600_000, {
  section: 'Database and files',
  name: 'time for one statement of `npm run export`, `import`, `names` and `seed`',
  unit: 'ms',
  beyond: 'the command fails',
});

/**
 * Returns a signal that is aborted by the first SIGINT or SIGTERM, for an orderly stop. The second one ends the
 * process.
 */
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

/** The destination of progress: standard output, or a substitute in tests. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Standard input and output, and the signal that stops an import. */
export interface ImportTerminal {
  readonly input: AsyncIterable<Buffer>;
  readonly output: ProgressOutput;
  readonly errors: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

/** Returns the process's terminal. Its signal is aborted by the first SIGINT or SIGTERM. */
export function importTerminal(): ImportTerminal {
  return { input: process.stdin, output: process.stdout, errors: process.stderr, signal: stopSignal() };
}

export interface RunProgress {
  /** Shows the number, unless another one was shown a moment ago. */
  show(committed: number): void;
  /** Shows the final number without the remaining time, and moves the cursor to a new line. */
  finish(committed: number): void;
}

/**
 * Shows the remaining time in a bar that redraws itself on a terminal, or elsewhere in one line per second. `total` is
 * `null` if unknown; `now` is in milliseconds; `earlier` is the number of runs of earlier processes, which do not count
 * in the rate.
 */
export function createRunProgress(
  output: ProgressOutput,
  total: number | null,
  now: () => number,
  earlier = 0,
  counted = 'runs',
): RunProgress {
  const start = now();
  const pauseMs = output.isTTY ? 100 : 1000;
  let shownMs = start;
  const draw = (committed: number, end: string) => {
    const rate = (committed - earlier) / Math.max((now() - start) / 1000, 0.001);
    // The total does not include runs that were deleted in the meantime.
    const share = total === null ? '' : ` of ${formatCount(Math.max(total, committed))}`;
    const isEnd = end === '\n';
    const left = isEnd || total === null || rate === 0 ? '' : `, ${formatTimeLeft((total - committed) / rate)} left`;
    const text = `${formatCount(committed)}${share} ${counted}, ${formatCount(Math.round(rate))} a second${left}`;
    const drawn = total === null ? '' : `${bar(Math.min(1, committed / Math.max(1, total)))} `;
    output.write(output.isTTY ? `\r${drawn}${text}\x1b[K${end}` : `${text}\n`);
  };
  return {
    show(committed) {
      if (now() - shownMs < pauseMs) return;
      shownMs = now();
      draw(committed, '');
    },
    finish: (committed) => draw(committed, '\n'),
  };
}

function formatTimeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.ceil(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function bar(share: number): string {
  const width = 30;
  const filled = Math.floor(share * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %`;
}
