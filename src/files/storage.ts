import type { Readable } from 'node:stream';
import { GatewayError } from '../errors/gateway-error.js';

/** The bytes from `start` to `end`, both counted from 0 and both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One version of an object, held open: that version is read even when the object is replaced meanwhile. */
export interface StoredObject {
  /** Bytes. */
  readonly size: number;
  /** A strong entity tag with its quotes; undefined: versions cannot be distinguished. */
  readonly etag: string | undefined;
  /**
   * Reads the object; called at most once. The object is released when the stream ends or is destroyed.
   * @throws GatewayError FILE_STORE_UNAVAILABLE when the first bytes cannot be read; later failures break the stream.
   */
  read(range?: ByteRange): Promise<Readable>;
  /** Releases an object that will not be read. */
  close(): Promise<void>;
}

/** Bytes that are not in memory. */
export interface ByteStream {
  readonly stream: Readable;
  /** Bytes. */
  readonly size: number;
}

/** The store of files' bytes. Keys are relative paths with `/`; no object has a key that leads out of the storage. */
export interface FileStorage {
  /**
   * Opens an object; null if it does not exist.
   * @throws GatewayError FILE_STORE_UNAVAILABLE when the storage itself fails.
   */
  open(key: string): Promise<StoredObject | null>;
  /**
   * Stores or replaces the whole object; a partial object is never visible. Rejects when the stream breaks.
   * @throws GatewayError FILE_STORE_UNAVAILABLE when the storage itself fails.
   */
  put(key: string, bytes: Uint8Array | ByteStream): Promise<void>;
  /**
   * Deletes an object if there is one.
   * @throws GatewayError FILE_STORE_UNAVAILABLE when the storage itself fails.
   */
  delete(key: string): Promise<void>;
  /**
   * Returns a URL under which the store itself serves the object, without any token; absent where the store has no such
   * URLs. Whether the object exists is not checked. null: the key leads out of the storage.
   * @throws GatewayError FILE_STORE_UNAVAILABLE when there are no credentials to sign with.
   */
  readonly presign?: (object: PresignedObject) => Promise<string | null>;
  /**
   * Resolves if the store responds; absent where it is a folder.
   * @throws GatewayError FILE_STORE_UNAVAILABLE
   */
  readonly ping?: () => Promise<void>;
}

export interface PresignedObject {
  readonly key: string;
  /** A signed URL works for one method. */
  readonly method: 'GET' | 'HEAD';
  // Headers of the store's response.
  readonly contentType: string;
  readonly contentDisposition: string;
  /** The start of its lifetime, in milliseconds since 1970. */
  readonly signedAt: number;
  readonly lifetimeSeconds: number;
}

/** Returns the error for a failure of the storage itself; `cause` is only logged. */
export function storageUnavailable(cause: unknown): GatewayError {
  return new GatewayError('FILE_STORE_UNAVAILABLE', { retryAfter: 1 }, { cause });
}

/**
 * Whether a key is a relative path that stays inside the storage. Keys come from the database and are not trusted: URL
 * parsers and file systems alike follow `..`.
 */
export function isInnerKey(key: string): boolean {
  if (key.includes('\0') || key.includes('\\')) return false;
  return key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Throws for a key that is not inside the storage: used for keys that this program makes. */
export function assertInnerKey(key: string): void {
  if (!isInnerKey(key)) throw new Error('A storage key must be a relative path inside the storage.');
}
