import { limits } from '../limits.js';

/**
 * Returns the keys and indexes of a JSON Pointer (RFC 6901), or `null` for a string that is not a pointer or is too
 * long.
 */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  // The database accepts neither lone surrogates nor NUL.
  if (pointer.length > limits.pointerLength.value || !/^(\/([^~/\0\p{Cs}]|~[01])*)+$/u.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
