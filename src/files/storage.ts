import type { Readable } from 'node:stream';
import { GatewayError } from '../errors/gateway-error.js';

/** The bytes from `start` to `end`, both counted from 0 and both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One version of an object, held open: what is read is that version even when the object is replaced meanwhile. */
export interface StoredObject {
  /** Bytes. */
  readonly size: number;
  /** A strong entity tag as the ETag header writes it, quotes included; undefined: versions cannot be distinguished. */
  readonly etag: string | undefined;
  /**
   * To be called once. The object is released when the stream ends or is destroyed.
   * @throws GatewayError SERVICE_UNAVAILABLE when not even the first bytes can be read; later failures break the
   * stream.
   */
  read(range?: ByteRange): Promise<Readable>;
  /** Releases an object that will not be read. */
  close(): Promise<void>;
}

/** Bytes that are not in memory. */
export interface ByteStream {
  readonly stream: Readable;
  /** How many they are. */
  readonly size: number;
}

/** Where files' bytes lie. Keys are relative paths with `/`; a key that could leave the storage names nothing. */
export interface FileStorage {
  /**
   * null: there is no such object.
   * @throws GatewayError SERVICE_UNAVAILABLE when the storage itself fails.
   */
  open(key: string): Promise<StoredObject | null>;
  /**
   * Stores or replaces the whole object; a partial object is never visible. Rejects when the stream breaks.
   * @throws GatewayError SERVICE_UNAVAILABLE when the storage itself fails.
   */
  put(key: string, bytes: Uint8Array | ByteStream): Promise<void>;
  /**
   * A URL under which the store itself serves the object, without any token; only where there is such a store. Whether
   * the object exists is not checked. null: the key names nothing.
   * @throws GatewayError SERVICE_UNAVAILABLE when there are no credentials to sign with.
   */
  readonly presign?: (object: PresignedObject) => Promise<string | null>;
}

export interface PresignedObject {
  readonly key: string;
  /** A signed URL works for one method. */
  readonly method: 'GET' | 'HEAD';
  // The headers of the store's response.
  readonly contentType: string;
  readonly contentDisposition: string;
  /** Milliseconds since 1970: when its life begins. */
  readonly signedAt: number;
  readonly lifetimeSeconds: number;
}

/** The error of every storage for its own failures; `cause` stays in the log. */
export function storageUnavailable(cause: unknown): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause });
}
