import { GatewayError } from '../errors/gateway-error.js';
import type { DownloadUrlContent, DownloadUrls } from './download-url.js';
import { toContentDisposition, toContentType } from './file-headers.js';
import type { FilePath } from './file-path.js';
import type { FileStorage, PresignedObject } from './storage.js';

/** A file as its record describes it. */
export interface LinkedFile {
  readonly run: Omit<FilePath, 'name'>;
  readonly name: string;
  readonly contentType: string;
  readonly storageKey: string;
}

export interface FileLinks {
  /**
   * Returns an absolute URL for the bytes, which needs no token and expires. It is the store's own URL if there is one,
   * otherwise the gateway's.
   */
  linkTo(file: LinkedFile, options: DownloadUrlContent): string | Promise<string>;
  /**
   * Returns the store's own URL for a request with this method, or `null` if the store has none for the file.
   * @throws GatewayError FILE_STORE_UNAVAILABLE if there are no credentials to sign with
   */
  storeUrlOf(file: LinkedFile, options: StoreUrlOptions): Promise<string | null>;
}

interface StoreUrlOptions {
  readonly inline: boolean;
  readonly method: PresignedObject['method'];
}

export interface FileLinkOptions {
  readonly storage: FileStorage;
  readonly downloadUrls: Pick<DownloadUrls, 'sign'>;
  readonly lifetimeSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createFileLinks({ storage, downloadUrls, lifetimeSeconds, now }: FileLinkOptions): FileLinks {
  const gatewayLink = ({ run: { orgId, projectId, taskId, id }, name }: LinkedFile, content: DownloadUrlContent) =>
    downloadUrls.sign({ orgId, projectId, taskId, id, name }, content);
  const { presign } = storage;
  if (presign === undefined) {
    return { linkTo: gatewayLink, storeUrlOf: async () => null };
  }
  const storeUrlOf = (file: LinkedFile, { inline, method }: StoreUrlOptions) =>
    presign({
      key: file.storageKey,
      method,
      contentType: toContentType(file.contentType),
      contentDisposition: toContentDisposition(inline ? 'inline' : 'attachment', file.name),
      signedAt: now(),
      lifetimeSeconds,
    });
  return {
    storeUrlOf,
    // Without credentials to sign with, runs are still returned, with links that respond with an error.
    linkTo: async (file, content) =>
      (await storeUrlOf(file, { inline: content.inline, method: 'GET' }).catch(nullIfUnavailable)) ??
      gatewayLink(file, content),
  };
}

function nullIfUnavailable(error: unknown): null {
  if (error instanceof GatewayError && error.reason === 'FILE_STORE_UNAVAILABLE') return null;
  throw error;
}

/** Returns a clock that advances in steps. */
export function quantizeClock(milliseconds: number, now: () => number): () => number {
  return () => Math.floor(now() / milliseconds) * milliseconds;
}
