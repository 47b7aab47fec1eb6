import { declareLimit } from '../limits.js';
import { isResourceId } from './resource-id.js';

/** The width of the column in `access_grant`. */
export const maxSubjectLength = declareLimit(255, {
  section: 'Tokens and keys',
  name: 'characters of `sub`',
  beyond: '`INVALID_TOKEN`',
});

/**
 * Returns whether PostgreSQL can store the string. It cannot store NUL, and a lone surrogate would be stored as a
 * different character.
 */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** Returns a subject in the form used by grants: an id in lower case, any other string unchanged. */
export function normalizeSubject(subject: string): string {
  return isResourceId(subject) ? subject.toLowerCase() : subject;
}
