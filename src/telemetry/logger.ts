import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config.js';

export type { Logger };

/** The part of a logger that code outside the host needs; a request's own logger adds the request id. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** One JSON line an event on standard output. Callers pass facts about a request, never its token or payload. */
export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
