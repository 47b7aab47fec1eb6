import type { Config } from '../config/config.js';
import { declareLimit } from '../limits.js';
import { createDirectoryStorage } from './directory-storage.js';
import type { FileStorage } from './storage.js';

const requestTimeoutMs = declareLimit(5000, {
  section: 'Database and files',
  name: 'time for a request to the file store, and for its next bytes',
  unit: 'ms',
  beyond: '`FILE_STORE_UNAVAILABLE`',
});

/** @throws Error if a bucket is configured without a region */
export async function openStorage(
  { location, s3 }: Config['files'],
  timeoutMs = requestTimeoutMs,
): Promise<FileStorage> {
  if (location.kind === 'directory') return createDirectoryStorage(location);
  const { createS3Storage } = await import('./s3/s3-storage.js');
  return createS3Storage({ location, s3, timeoutMs });
}
