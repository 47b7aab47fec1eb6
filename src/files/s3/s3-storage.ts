// Files in a bucket of Amazon S3 or a compatible store. Loaded only if one is configured, because the SDK is large.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Config } from '../../config/config.js';
import type { FilesLocation } from '../../config/values.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import { abortOnStall, withTimeout } from '../../time-limit.js';
import { percentEncode } from '../file-headers.js';
import {
  assertInnerKey,
  type ByteRange,
  type ByteStream,
  type FileStorage,
  isInnerKey,
  type PresignedObject,
  type StoredObject,
  storageUnavailable,
} from '../storage.js';
import { createS3Presigner } from './s3-presigner.js';

const pingTimeoutMs = declareLimit(2000, {
  section: 'Database and files',
  name: 'time for the bucket to respond when metrics are collected',
  unit: 'ms',
  beyond: '`gateway_file_store_up` is 0',
});

interface S3StorageOptions {
  readonly location: Extract<FilesLocation, { kind: 's3' }>;
  readonly s3: Config['files']['s3'];
  readonly timeoutMs: number;
}

/** @throws Error if no region is configured anywhere */
export async function createS3Storage({ location, s3, timeoutMs }: S3StorageOptions): Promise<FileStorage> {
  const client = createClient(s3);
  await client.config.region();
  return new S3Storage(client, location, timeoutMs);
}

class S3Storage implements FileStorage {
  readonly #presign: ReturnType<typeof createS3Presigner>;
  #bucketUrl: Promise<string> | undefined;

  constructor(
    private readonly client: S3Client,
    private readonly location: S3StorageOptions['location'],
    private readonly timeoutMs: number,
  ) {
    this.#presign = createS3Presigner(client.config);
  }

  open(key: string): Promise<StoredObject | null> {
    return this.#wrap(key, async () => (isInnerKey(key) ? this.#open(key) : null));
  }

  async put(key: string, bytes: Uint8Array | ByteStream): Promise<void> {
    assertInnerKey(key);
    if ('stream' in bytes) return this.#wrap(key, () => this.#putStream(key, bytes));
    const command = new PutObjectCommand({ ...this.#object(key), Body: bytes });
    await this.#wrap(key, () =>
      withTimeout(this.timeoutMs, (abortSignal) => this.client.send(command, { abortSignal })),
    );
  }

  async delete(key: string): Promise<void> {
    if (!isInnerKey(key)) return;
    const command = new DeleteObjectCommand(this.#object(key));
    await this.#wrap(key, () =>
      withTimeout(this.timeoutMs, (abortSignal) => this.client.send(command, { abortSignal })),
    );
  }

  // These two are bound, because callers detach them from the storage.
  readonly presign = (object: PresignedObject): Promise<string | null> =>
    this.#wrap(object.key, async () =>
      // The SDK may have to fetch credentials first, which does not support a signal.
      isInnerKey(object.key) ? withTimeout(this.timeoutMs, () => this.#presignInside(object)) : null,
    );

  readonly ping = async (): Promise<void> => {
    try {
      await withTimeout(Math.min(this.timeoutMs, pingTimeoutMs), (abortSignal) => this.#pingBucket(abortSignal));
    } catch (error) {
      // A store that rejects the request does respond. The credentials may be for objects only.
      if ((statusOf(error) ?? 500) >= 500) throw storageUnavailable(error);
    }
  };

  #object(key: string) {
    const { bucket, prefix } = this.location;
    return { Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` };
  }

  #wrap<T>(key: string, action: () => Promise<T>): Promise<T> {
    const { Bucket, Key } = this.#object(key);
    return wrapFailure(`s3://${Bucket}/${Key}`, action);
  }

  async #pingBucket(abortSignal: AbortSignal): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.location.bucket }), { abortSignal });
  }

  /** The only time limit is that of the source. The SDK would wait forever for a source that breaks. */
  async #putStream(key: string, { stream, size }: ByteStream): Promise<void> {
    const abort = new AbortController();
    const sourceFailed = once(stream, 'error', { signal: abort.signal }).then(([error]) => {
      throw error;
    });
    const command = new PutObjectCommand({ ...this.#object(key), Body: stream, ContentLength: size });
    const sent = this.client.send(command, { abortSignal: abort.signal });
    await Promise.race([sent, sourceFailed]).finally(() => abort.abort());
  }

  async #presignInside({ key, contentType, contentDisposition, signedAt, ...rest }: PresignedObject) {
    return this.#presign({
      ...rest,
      url: `${await this.#findBucketUrl()}${this.#object(key).Key.split('/').map(percentEncode).join('/')}`,
      query: { 'response-content-type': contentType, 'response-content-disposition': contentDisposition },
      signedAt: new Date(signedAt),
    });
  }

  async #open(key: string): Promise<StoredObject | null> {
    const head = await withTimeout(this.timeoutMs, async (abortSignal) => {
      try {
        return await this.client.send(new HeadObjectCommand(this.#object(key)), { abortSignal });
      } catch (error) {
        if (!isMissing(error)) throw error;
        // A missing bucket is a failure, not a missing object.
        await this.#pingBucket(abortSignal);
        return null;
      }
    });
    if (head === null) return null;
    return {
      size: head.ContentLength ?? 0,
      etag: head.ETag,
      read: (range) => this.#wrap(key, () => this.#read(key, head.ETag, range)),
      close: async () => {},
    };
  }

  /**
   * Reads the version that was opened. Fails if it was replaced in the meantime; the next request gets the new one.
   */
  async #read(key: string, etag: string | undefined, range: ByteRange | undefined): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new GetObjectCommand({ ...this.#object(key), IfMatch: etag, Range });
    const { Body } = await withTimeout(this.timeoutMs, (abortSignal) =>
      this.client.send(command, { abortSignal }),
    ).catch((error: unknown) => {
      // The object was deleted in the meantime. The next request will report that it is absent.
      throw isMissing(error) ? storageUnavailable(error) : error;
    });
    return abortOnStall(Body as Readable, this.timeoutMs);
  }

  /**
   * Extracts the bucket's URL from one that the SDK signs, because it depends on partitions, path style and dual-stack
   * hosts.
   */
  #findBucketUrl(): Promise<string> {
    const { bucket: Bucket } = this.location;
    this.#bucketUrl ??= getSignedUrl(this.client, new GetObjectCommand({ Bucket, Key: 'x' })).then(
      (url) => url.slice(0, url.indexOf('?') - 1),
      (error: unknown) => {
        this.#bucketUrl = undefined;
        throw error;
      },
    );
    return this.#bucketUrl;
  }
}

/** The SDK's log lines are not JSON. Failures are logged by the code that handles them. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function createClient({ endpoint, accessKeyId, secretAccessKey, sessionToken, region }: S3StorageOptions['s3']) {
  return new S3Client({
    // Certificates of stores other than Amazon's cover only their own host.
    forcePathStyle: endpoint !== undefined,
    maxAttempts: 2,
    logger: silent,
    requestHandler: { logger: silent },
    // Other stores may not support the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  });
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/**
 * All of the SDK's errors come from the store, the network or the credentials. A store that rejects the request
 * continues to do so until someone changes its configuration or the gateway's, so a retry does not help.
 */
async function wrapFailure<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const status = statusOf(error);
    if (status !== undefined && rejections.includes(status))
      throw new Error(`The file store returned status ${status} for ${target}.`);
    throw storageUnavailable(error);
  }
}

/** Forbidden, and no bucket with this name. */
const rejections: readonly number[] = [403, 404];

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
