import type { Readable } from 'node:stream';
import { GatewayError } from '../errors/gateway-error.js';

/** The bytes from `start` to `end`, zero-based and inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A version of an object that is held open. That version is read even if the object is replaced in the meantime. */
export interface StoredObject {
  /** The size in bytes. */
  readonly size: number;
  /** A strong entity tag including quotes; `undefined` if versions cannot be distinguished. */
  readonly etag: string | undefined;
  /**
   * Reads the object. May be called only once. The object is released when the stream ends or is destroyed.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if the first bytes cannot be read; later failures break the stream
   */
  read(range?: ByteRange): Promise<Readable>;
  /** Releases an object that will not be read. */
  close(): Promise<void>;
}

/** Bytes that are not in memory. */
export interface ByteStream {
  readonly stream: Readable;
  /** The size in bytes. */
  readonly size: number;
}

/**
 * The storage for the bytes of files. Keys are relative paths with `/`. No object has a key that leads out of the
 * storage.
 */
export interface FileStorage {
  /**
   * Opens an object, or returns `null` if it does not exist.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if the storage itself fails
   */
  open(key: string): Promise<StoredObject | null>;
  /**
   * Stores or replaces an object as a whole. Partial objects are never visible. Rejects if the stream breaks.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if the storage itself fails
   */
  put(key: string, bytes: Uint8Array | ByteStream): Promise<void>;
  /**
   * Deletes an object if it exists.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if the storage itself fails
   */
  delete(key: string): Promise<void>;
  /**
   * Returns a URL under which the store itself serves the object without a token, or `null` if the key leads out of the
   * storage. Does not check whether the object exists. Absent if the store does not support such URLs.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if there are no credentials to sign with
   */
  readonly presign?: (object: PresignedObject) => Promise<string | null>;
  /**
   * Resolves if the store responds. Absent if the store is a folder.
   * @throws GatewayError FILE_STORE_UNAVAILABLE
   */
  readonly ping?: () => Promise<void>;
}

export interface PresignedObject {
  readonly key: string;
  /** A signed URL works for a single method. */
  readonly method: 'GET' | 'HEAD';
  // Headers of the store's response.
  readonly contentType: string;
  readonly contentDisposition: string;
  /** The start of the URL's lifetime, in milliseconds since 1970. */
  readonly signedAt: number;
  readonly lifetimeSeconds: number;
}

/** Returns the error for a failure of the storage itself. `cause` is only logged. */
export function storageUnavailable(cause: unknown): GatewayError {
  return new GatewayError('FILE_STORE_UNAVAILABLE', { retryAfter: 1 }, { cause });
}

/**
 * Returns whether a key is a relative path that stays inside the storage. Keys come from the database and are not
 * trusted, because both URL parsers and file systems follow `..`.
 */
export function isInnerKey(key: string): boolean {
  if (key.includes('\0') || key.includes('\\')) return false;
  return key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Throws for a key that is not inside the storage. Used for keys that this program creates. */
export function assertInnerKey(key: string): void {
  if (!isInnerKey(key)) throw new Error('A storage key must be a relative path inside the storage.');
}
