// Cursors of changes contain a position that is the same in every feed, for any path and filter: the transaction that
// wrote a version, and the run. Both are encrypted, because transactions are numbered across all databases of the
// server, and because a position between two of the caller's runs would reveal other callers' runs.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import { formatId, isResourceId } from '../../access/resource-id.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { decodeWords, invalidCursor } from '../columns/cursor-words.js';

/** The position of a run's newest version. */
export interface ChangePosition {
  /** Id of the transaction that wrote the version, as decimal text. */
  readonly xid: string;
  readonly id: string;
}

export interface ChangeCursor {
  /** The epoch in which transaction ids are comparable. */
  readonly epoch: string;
  /** The position after which the feed continues, or null to start before all runs. */
  readonly position: ChangePosition | null;
  /**
   * All transactions before this one had ended when a walk from the first run began, so its reader does not need
   * earlier deletions. Null (unknown) in cursors that are valid without it.
   */
  readonly snapshotFloor: string | null;
}

export const maxXid = 2n ** 64n - 1n;
export const maxRunId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Returns the position after all versions written by earlier transactions. */
export function positionBefore(xid: string): ChangePosition {
  return { xid: String(BigInt(xid) - 1n), id: maxRunId };
}

/** Returns the first transaction that may have written versions after the position. */
export function firstXidAfter({ xid, id }: ChangePosition): string {
  return id === maxRunId ? String(BigInt(xid) + 1n) : xid;
}

/** Returns the later of two positions. Null precedes all others. */
export function laterPosition(one: ChangePosition | null, other: ChangePosition): ChangePosition {
  if (one === null) return other;
  const difference = BigInt(one.xid) - BigInt(other.xid);
  return difference > 0n || (difference === 0n && one.id > other.id) ? one : other;
}

/** Encodes and parses cursors with a database's key. */
export interface ChangeCursors {
  encode(cursor: ChangeCursor): string;
  /**
   * @throws GatewayError VALIDATION_FAILED naming the argument; CURSOR_EXPIRED for unencrypted cursors of version 0.1
   * and older, and for cursors that a newer gateway created in another format
   */
  parse(text: string, argument?: string): ChangeCursor;
}

const cipher = 'aes-256-ctr';
const vectorSize = 16;
const plainSize = 41;
/** Number of bytes including the start of a walk. */
const walkSize = 49;
/** Newer gateways may create longer cursors, up to this text length. */
const maxTextLength = 1024;
/** The first byte, depending on what follows. */
const firstBytes = { start: 2, position: 3, walk: 4 };
const sizes: Readonly<Record<number, number>> = {
  [firstBytes.start]: plainSize,
  [firstBytes.position]: plainSize,
  [firstBytes.walk]: walkSize,
};

/**
 * Encrypts cursors with a synthetic initialization vector, the digest of the plain text. Equal cursors have equal
 * bytes, and altered ones are detected.
 * @param key of the database, at least 32 random bytes
 */
export function createChangeCursors(key: Buffer): ChangeCursors {
  const subkey = (purpose: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `task-run-gateway change cursor ${purpose}`, 32)));
  const digestKey = subkey('digest');
  const encryptionKey = subkey('encryption');
  const vectorOf = (plain: Buffer) => createHmac('sha256', digestKey).update(plain).digest().subarray(0, vectorSize);

  return {
    encode(cursor) {
      const plain = toBytes(cursor);
      const vector = vectorOf(plain);
      const encrypted = createCipheriv(cipher, encryptionKey, vector).update(plain);
      return Buffer.concat([vector, encrypted]).toString('base64url');
    },
    parse(text, argument = 'after') {
      if (isUnencrypted(text)) throw new GatewayError('CURSOR_EXPIRED');
      const plain = text.length <= maxTextLength ? decrypt(text) : null;
      if (plain === null) throw invalidCursor(argument, 'a list of changes returned');
      return fromBytes(plain);
    },
  };

  /** Returns null if the string was altered or not encrypted with this key. */
  function decrypt(text: string): Buffer | null {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.toString('base64url') !== text || bytes.length <= vectorSize) return null;
    const vector = bytes.subarray(0, vectorSize);
    const plain = createDecipheriv(cipher, encryptionKey, vector).update(bytes.subarray(vectorSize));
    return timingSafeEqual(vectorOf(plain), vector) ? plain : null;
  }
}

function toBytes({ epoch, position, snapshotFloor }: ChangeCursor): Buffer {
  const isWalking = position !== null && snapshotFloor !== null;
  const bytes = Buffer.alloc(isWalking ? walkSize : plainSize);
  bytes[0] = position === null ? firstBytes.start : isWalking ? firstBytes.walk : firstBytes.position;
  bytes.write(hexOf(epoch), 1, 'hex');
  if (position !== null) {
    bytes.writeBigUInt64BE(BigInt(position.xid), 17);
    bytes.write(hexOf(position.id), 25, 'hex');
  }
  if (isWalking) bytes.writeBigUInt64BE(BigInt(snapshotFloor), plainSize);
  return bytes;
}

/** @param bytes decrypted and authenticated @throws GatewayError CURSOR_EXPIRED for a newer gateway's format */
function fromBytes(bytes: Buffer): ChangeCursor {
  const form = bytes[0]!;
  if (bytes.length !== sizes[form]) throw new GatewayError('CURSOR_EXPIRED');
  const epoch = uuidAt(bytes, 1);
  const position = { xid: String(bytes.readBigUInt64BE(17)), id: uuidAt(bytes, 25) };
  return {
    epoch,
    position: form === firstBytes.start ? null : position,
    snapshotFloor: form === firstBytes.walk ? String(bytes.readBigUInt64BE(plainSize)) : null,
  };
}

function hexOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

function uuidAt(bytes: Buffer, offset: number): string {
  return formatId(bytes.toString('hex', offset, offset + 16));
}

/** Whether a string is a cursor of version 0.1: the words `1`, the epoch and, if there is a position, its two words. */
function isUnencrypted(text: string): boolean {
  const [version, epoch, ...position] = decodeWords(text);
  return version === '1' && isResourceId(epoch) && (position.length === 0 || position.length === 2);
}
