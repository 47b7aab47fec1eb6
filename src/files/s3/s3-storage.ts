// Files in a bucket of Amazon's S3 or of a compatible store. Loaded only where one is configured: the SDK is large.

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
  name: 'time for the bucket to respond when metrics are read',
  unit: 'ms',
  beyond: '`gateway_file_store_up` is 0',
});

interface S3StorageOptions {
  readonly location: Extract<FilesLocation, { kind: 's3' }>;
  readonly s3: Config['files']['s3'];
  readonly timeoutMs: number;
}

/** @throws Error when no region is configured anywhere. */
export async function openS3Storage({ location, s3, timeoutMs }: S3StorageOptions): Promise<FileStorage> {
  const client = createClient(s3);
  await client.config.region();
  const { bucket: Bucket, prefix } = location;
  const toKey = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  const presign = createS3Presigner(client.config);
  let bucketUrl: Promise<string> | undefined;

  const wrap = <T>(key: string, action: () => Promise<T>) => wrapFailure(`s3://${Bucket}/${toKey(key)}`, action);

  return {
    open: (key) => wrap(key, async () => (isInnerKey(key) ? open(key) : null)),
    async put(key, bytes) {
      assertInnerKey(key);
      if ('stream' in bytes) return wrap(key, () => putStream(toKey(key), bytes));
      const command = new PutObjectCommand({ Bucket, Key: toKey(key), Body: bytes });
      await wrap(key, () => withTimeout(timeoutMs, (abortSignal) => client.send(command, { abortSignal })));
    },
    async delete(key) {
      if (!isInnerKey(key)) return;
      const command = new DeleteObjectCommand({ Bucket, Key: toKey(key) });
      await wrap(key, () => withTimeout(timeoutMs, (abortSignal) => client.send(command, { abortSignal })));
    },
    presign: (object) =>
      wrap(object.key, async () =>
        // The SDK may have to fetch credentials first, and that takes no signal.
        isInnerKey(object.key) ? withTimeout(timeoutMs, () => presignInside(object)) : null,
      ),
    async ping() {
      try {
        const limitMs = Math.min(timeoutMs, pingTimeoutMs);
        await withTimeout(limitMs, (abortSignal) => client.send(new HeadBucketCommand({ Bucket }), { abortSignal }));
      } catch (error) {
        // A store that rejects the request responds: the credentials may be for objects alone.
        if ((statusOf(error) ?? 500) >= 500) throw storageUnavailable(error);
      }
    },
  };

  /** Has no time limit but its source's. The SDK would wait for ever for a source that breaks. */
  async function putStream(Key: string, { stream, size }: ByteStream): Promise<void> {
    const abort = new AbortController();
    const sourceFailed = once(stream, 'error', { signal: abort.signal }).then(([error]) => {
      throw error;
    });
    const command = new PutObjectCommand({ Bucket, Key, Body: stream, ContentLength: size });
    const sent = client.send(command, { abortSignal: abort.signal });
    await Promise.race([sent, sourceFailed]).finally(() => abort.abort());
  }

  async function presignInside({ key, contentType, contentDisposition, signedAt, ...rest }: PresignedObject) {
    return presign({
      ...rest,
      url: `${await findBucketUrl()}${toKey(key).split('/').map(percentEncode).join('/')}`,
      query: { 'response-content-type': contentType, 'response-content-disposition': contentDisposition },
      signedAt: new Date(signedAt),
    });
  }

  async function open(key: string): Promise<StoredObject | null> {
    const Key = toKey(key);
    const head = await withTimeout(timeoutMs, async (abortSignal) => {
      try {
        return await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
      } catch (error) {
        if (!isMissing(error)) throw error;
        // A bucket that is gone is a failure, not a missing object.
        await client.send(new HeadBucketCommand({ Bucket }), { abortSignal });
        return null;
      }
    });
    if (head === null) return null;
    return {
      size: head.ContentLength ?? 0,
      etag: head.ETag,
      read: (range) => wrap(key, () => read(Key, head.ETag, range)),
      close: async () => {},
    };
  }

  /** Reads the version that was opened, and fails if it was replaced meanwhile: the next request gets the new one. */
  async function read(Key: string, etag: string | undefined, range: ByteRange | undefined): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new GetObjectCommand({ Bucket, Key, IfMatch: etag, Range });
    const { Body } = await withTimeout(timeoutMs, (abortSignal) => client.send(command, { abortSignal })).catch(
      (error: unknown) => {
        // It was deleted meanwhile: the next request gets that there is none.
        throw isMissing(error) ? storageUnavailable(error) : error;
      },
    );
    return abortOnStall(Body as Readable, timeoutMs);
  }

  /** Takes the bucket's URL from one that the SDK signs: partitions, path style and dual-stack hosts shape it. */
  function findBucketUrl(): Promise<string> {
    bucketUrl ??= getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'x' })).then(
      (url) => url.slice(0, url.indexOf('?') - 1),
      (error: unknown) => {
        bucketUrl = undefined;
        throw error;
      },
    );
    return bucketUrl;
  }
}

function createClient({
  endpoint,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  region,
  usesPathStyle,
}: S3StorageOptions['s3']) {
  return new S3Client({
    forcePathStyle: usesPathStyle,
    maxAttempts: 2,
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
 * Every error of the SDK comes from the store, the network or the credentials. A store that rejects the request does so
 * until somebody changes its configuration or the gateway's: a retry does not help.
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

/** Forbidden, and no bucket of this name. */
const rejections: readonly number[] = [403, 404];

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
