import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogFormat, LogLevel } from '../config/variables.js';
import { declareLimit } from '../limits.js';
import { beginWrite } from './writes-under-way.js';

export type { Logger };

/** The part of a logger that code outside the host needs. A request's own logger adds the request id. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Writes one JSON line per event, by default to standard output. Callers never pass a token or payload. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** Opens a logger on standard output, as JSON lines or in a form for people. */
export async function openLogger(level: LogLevel, format: LogFormat): Promise<Logger> {
  if (format === 'json') return createLogger(level, openStandardOutput({ sync: false }));
  // Imported only here, because loading its packages takes a tenth of the startup time.
  const { default: pretty } = await import('pino-pretty');
  // Synchronous and in this thread, so that the last lines before an exit are also written.
  const destination = openStandardOutput({ sync: true });
  return createLogger(level, pretty({ destination, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}

const maxWaitingBytes = declareLimit(16 * 1024 * 1024, {
  section: 'HTTP',
  name: 'log lines waiting to be written',
  unit: 'bytes',
  beyond: 'more lines are dropped',
});

/** Records each write from its first line until all lines are written or one fails. */
function followWrites(output: ReturnType<typeof pino.destination>): void {
  const { write } = output;
  let end: (() => void) | undefined;
  output.write = (text) => {
    end ??= beginWrite();
    return write.call(output, text);
  };
  const recordEnd = () => {
    end?.();
    end = undefined;
  };
  // A failed line waits for the next one.
  output.on('drain', recordEnd).on('error', recordEnd);
}

/** A full disk, a closed terminal or a stopped reader may cost log lines, but must not stop the gateway. */
function openStandardOutput({ sync }: { readonly sync: boolean }): DestinationStream {
  const output = pino.destination({ dest: 1, sync, maxLength: maxWaitingBytes });
  // The failed line is written before the next one.
  let isFailing = false;
  output.on('error', () => {
    isFailing = true;
  });
  output.on('write', () => {
    isFailing = false;
  });
  if (!sync) followWrites(output);
  const { flushSync } = output;
  // sonic-boom's own method retries after any error until it succeeds, so the process might never exit.
  output.flushSync = () => {
    if (!isFailing) flushSync.call(output);
  };
  return output;
}
