// The encoding shared by the cursors of all lists: words in base64url. Each list checks that a cursor is one it would
// encode itself.

import type { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

/** Encodes words as a cursor. A word may contain spaces. */
export function encodeWords(words: readonly unknown[]): string {
  return Buffer.from(words.join(' ')).toString('base64url');
}

/** Returns the words in a cursor, or none if it is too long to be one. */
export function decodeWords(cursor: string): string[] {
  return cursor.length > limits.cursorLength.value ? [] : Buffer.from(cursor, 'base64url').toString().split(' ');
}

/** @param origin the source of valid cursors, such as `a list of tasks returned` */
export function invalidCursor(argument: string, origin: string): GatewayError {
  return validationFailed([argument], `must be a cursor that ${origin}`);
}
