import { declareLimit } from '../limits.js';
import { isResourceId } from './resource-id.js';

/** The width of the column in `access_grant`. */
export const maxSubjectLength = declareLimit(255, {
  section: 'Tokens and keys',
  name: 'characters of `sub`',
  beyond: '`INVALID_TOKEN`',
});

/**
 * Whether PostgreSQL can hold the text: it cannot hold NUL, and a lone surrogate would reach it as another character.
 */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** Returns a subject as grants name it: an id in lower case, any other text unchanged. */
export function normalizeSubject(subject: string): string {
  return isResourceId(subject) ? subject.toLowerCase() : subject;
}
