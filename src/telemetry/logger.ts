import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogFormat, LogLevel } from '../config.js';

export type { Logger };

/** The part of a logger that code outside the host needs; a request's own logger adds the request id. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** One JSON line an event on standard output. Callers pass facts about a request, never its token or payload. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** The same, or for people to read. */
export async function openLogger(level: LogLevel, format: LogFormat): Promise<Logger> {
  if (format === 'json') return createLogger(level);
  // Most starts do without: its packages take as long to load as a tenth of a start.
  const { default: pretty } = await import('pino-pretty');
  // Synchronous and in this thread: the last lines before an end are written, too.
  return createLogger(level, pretty({ sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}
