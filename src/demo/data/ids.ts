import { createHash } from 'node:crypto';
import { formatId } from '../../access/resource-id.js';
import type { Random } from './random.js';

/**
 * Returns a version 7 UUID (RFC 9562, section 5.7): 48 bits of creation time in milliseconds since the epoch, then
 * random bits.
 */
export function createRunId(createdMs: number, random: Random): string {
  return withVersion(toId(createdMs, random.hex(20)));
}

/** Returns the id of a named object of the demo. The same name results in the same id on every machine. */
export function demoId(name: string, createdMs = foundingMs): string {
  return withVersion(demoKey(name, createdMs));
}

/** Returns the digits of {@link demoId} before the version is set. Names of objects in a project contain its key. */
export function demoKey(name: string, createdMs = foundingMs): string {
  return toId(createdMs, createHash('sha256').update(name).digest('hex').slice(0, 20));
}

/** Returns the creation time in an id, in milliseconds since the epoch. */
export function createdMsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const foundingMs = Date.parse('2026-08-20T08:00:00Z');

/** Sets the version to 7 and the variant to that of RFC 9562, and keeps all other bits. */
function withVersion(id: string): string {
  const variant = 8 | (Number.parseInt(id.charAt(19), 16) & 3);
  return `${id.slice(0, 14)}7${id.slice(15, 19)}${variant.toString(16)}${id.slice(20)}`;
}

function toId(createdMs: number, tail: string): string {
  return formatId(createdMs.toString(16).padStart(12, '0') + tail);
}
