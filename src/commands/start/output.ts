import { writeSync } from 'node:fs';
import type { Config } from '../../config/config.js';
import { type Logger, openLogger } from '../../telemetry/logger.js';

/** Opens the log in the configured format; by default, pretty on a terminal and JSON elsewhere. */
export function openLog({ logLevel, logFormat }: Config): Promise<Logger> {
  return openLogger(logLevel, logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'));
}

/** The message of log lines with a `warning` about the configuration. */
export const configurationWarning = 'the configuration may be wrong';

/** Prints the greeting. The gateway keeps running even if that fails, for example on a full disk. */
export function printGreeting(greeting: string): void {
  try {
    writeSync(process.stdout.fd, greeting);
  } catch {
    // Logging this would fail, too.
  }
}
