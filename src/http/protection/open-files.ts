// The limit on a process's open files, which connections share with the database, files and the admin port.

import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.js';
import { declareLimit } from '../../limits.js';

const reservedFiles = declareLimit(128, {
  section: 'HTTP',
  name: 'open files reserved for other uses, such as the admin port',
  beyond: 'fewer connections than `MAX_CONNECTIONS`',
});

/** Returns this process's `ulimit -n`, which Node.js raises to the hard limit, or infinity if it is unknown. */
export function readOpenFilesLimit(path = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Only Linux has this file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
  const limit = Number(/^Max open files\s+(\d+)/m.exec(text)?.[1]);
  return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit;
}

/** Returns the maximum number of connections, including those with streams, that a limit on open files permits. */
export function maxConnectionsWithin(openFiles: number): number {
  return Math.max(1, openFiles - reservedFiles);
}

/** Returns a sentence if the limit is too low for the configured connections, or `null` if it is sufficient. */
export function describeMissingFiles(
  { connections, subscriptions }: Pick<Config['limits'], 'connections' | 'subscriptions'>,
  openFiles: number,
): string | null {
  const needed = connections + subscriptions + reservedFiles;
  if (openFiles >= needed) return null;
  return `The limit of ${openFiles} open files (ulimit -n) allows ${maxConnectionsWithin(openFiles)} connections, but MAX_CONNECTIONS ${connections} and MAX_SUBSCRIPTIONS ${subscriptions} need ${needed} open files.`;
}
