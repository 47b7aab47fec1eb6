// The id under which runs store who executed them. Many issuers' subjects are not UUIDs, so the id can be derived from
// the subject.

import { createHash } from 'node:crypto';
import type { IssuerConfig } from '../config/values.js';
import { formatId, isResourceId } from './resource-id.js';

/** The namespace for URLs in RFC 9562. */
const urlNamespace = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

/**
 * Returns a caller's user id, or `null` if the caller cannot execute runs.
 * @param subject as in grants, but without its issuer's prefix
 */
export function toUserId(
  { issuer, subjectPrefix, userId }: IssuerConfig,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
): string | null {
  if (userId === 'uuid5') return uuid5(uuid5(urlNamespace, issuer), subject);
  if (userId !== undefined) return idOf(claims[userId.claim]);
  // Another issuer may sign the same id.
  return subjectPrefix === undefined ? idOf(subject) : null;
}

function idOf(value: unknown): string | null {
  return isResourceId(value) ? value.toLowerCase() : null;
}

/** Returns a version 5 UUID (RFC 9562, section 5.5). */
function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatId(bytes.toString('hex', 0, 16));
}
