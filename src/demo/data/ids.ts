import { createHash } from 'node:crypto';
import { formatId } from '../../access/resource-id.js';
import type { Random } from './random.js';

/**
 * Returns an id as the platform makes it: 48 bits of creation time in milliseconds since the epoch, then random ones.
 * It has no version and no variant digit, so it is not an RFC 4122 UUID.
 */
export function createRunId(createdMs: number, random: Random): string {
  return toId(createdMs, random.hex(20));
}

/** Returns the id of a named object of the demo: the same for the same name on every machine. */
export function demoId(name: string, createdMs = foundingMs): string {
  return toId(createdMs, createHash('sha256').update(name).digest('hex').slice(0, 20));
}

/** Returns the creation time in an id, in milliseconds since the epoch. */
export function createdMsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const foundingMs = Date.parse('2026-08-20T08:00:00Z');

function toId(createdMs: number, tail: string): string {
  return formatId(createdMs.toString(16).padStart(12, '0') + tail);
}
