// Creates ids for rows whose own ids have another form. The same row always gets the same id.

import { createHash } from 'node:crypto';
import { formatId } from '../../access/resource-id.js';

/** Returns an id that consists of the first 16 bytes of the string's SHA-256. */
export function hashedId(text: string): string {
  return formatId(hexOf(text).slice(0, 32));
}

/** Returns an id that begins with a time, like ids of runs, followed by bytes of the string's SHA-256. */
export function timedHashedId(timestamp: string, text: string): string {
  // Ids cannot represent times before 1970.
  const milliseconds = Math.max(0, Date.parse(timestamp));
  return formatId(milliseconds.toString(16).padStart(12, '0') + hexOf(text).slice(0, 20));
}

function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
