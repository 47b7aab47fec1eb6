import { hash } from 'node:crypto';

/** Returns the tag of a body. It is weak, because a compressed body has the same tag but different bytes. */
export function entityTagOf(body: string): string {
  return `W/"${hash('sha256', body, 'base64url')}"`;
}

/** Returns whether If-None-Match contains the tag (RFC 9110 §13.1.2: weak and strong tags are equal here). */
export function isKnownVersion(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  if (etag === undefined) return false;
  // A tag includes its quotes, so it cannot be a part of another one. A client without a token may send a list of
  // thousands.
  return ifNoneMatch.includes(opaque(etag));
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
