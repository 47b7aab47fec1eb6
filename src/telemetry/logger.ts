import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogFormat, LogLevel } from '../config/variables.js';

export type { Logger };

/** The part of a logger that code outside the host needs; a request's own logger adds the request id. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** One JSON line an event, on standard output unless told. Callers pass facts about a request, never its token or payload. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** To standard output, as such lines or for people to read. */
export async function openLogger(level: LogLevel, format: LogFormat): Promise<Logger> {
  if (format === 'json') return createLogger(level, openStandardOutput({ sync: false }));
  // Most starts do without: its packages take as long to load as a tenth of a start.
  const { default: pretty } = await import('pino-pretty');
  // Synchronous and in this thread: the last lines before an end are written, too.
  const destination = openStandardOutput({ sync: true });
  return createLogger(level, pretty({ destination, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}

// limit | HTTP | bytes of log lines that wait to be written | bytes | further lines are lost
/** Of lines that wait until they can be written. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** A full disk, a terminal that has gone or a reader that has stopped costs lines of the log, not the gateway. */
function openStandardOutput({ sync }: { readonly sync: boolean }): DestinationStream {
  const output = pino.destination({ dest: 1, sync, maxLength: maxWaitingBytes });
  // The line that failed is written before the next one.
  let isFailing = false;
  output.on('error', () => {
    isFailing = true;
  });
  output.on('write', () => {
    isFailing = false;
  });
  const { flushSync } = output;
  // sonic-boom's own tries again until it succeeds, whatever the error is: a process that ends would never do so.
  output.flushSync = () => {
    if (!isFailing) flushSync.call(output);
  };
  return output;
}
