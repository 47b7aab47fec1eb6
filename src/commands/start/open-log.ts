import type { Config } from '../../config/config.js';
import { type Logger, openLogger } from '../../telemetry/logger.js';

/** In the form that was chosen, or else for people on a terminal and for programs anywhere else. */
export function openLog({ logLevel, logFormat }: Config): Promise<Logger> {
  return openLogger(logLevel, logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'));
}
