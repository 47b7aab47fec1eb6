import { hash } from 'node:crypto';

/** Returns the tag of a body. It is weak, because a compressed body has the same tag but other bytes. */
export function entityTagOf(body: string): string {
  return `W/"${hash('sha256', body, 'base64url')}"`;
}

/** Whether If-None-Match has the tag (RFC 9110 §13.1.2: weak and strong tags are equal here). */
export function isKnownVersion(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  if (etag === undefined) return false;
  // A tag has its quotes, so that it cannot be a part of another one. The list may have thousands, from a client without a token.
  return ifNoneMatch.includes(opaque(etag));
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
