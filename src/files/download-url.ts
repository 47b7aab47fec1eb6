// Signed links to files' bytes: who holds one may fetch that one file until it expires, without a token. Nothing may be
// changed in a link, so the signature covers everything in it that decides what is returned.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.js';
import { type FilePath, toFileUrlPath } from './file-path.js';

export interface DownloadUrls {
  /** An absolute URL. `inline` asks browsers to show the file instead of saving it. */
  sign(path: FilePath, options: { readonly inline: boolean }): string;
  /**
   * `query` holds the request's decoded parameters; a parameter given twice is an array, and rejected.
   * @throws GatewayError INVALID_SIGNATURE for a link that was changed, has expired or is not ours.
   */
  verify(path: FilePath, query: Readonly<Record<string, unknown>>): VerifiedLink;
}

export interface VerifiedLink {
  readonly inline: boolean;
  /** Whole seconds for which the link remains valid, at least 1. */
  readonly remainingSeconds: number;
}

export interface DownloadUrlOptions {
  readonly key: KeyObject;
  /** Base of the links, without a trailing slash; called at each signing, as the port may be known only later. */
  readonly publicUrl: () => string;
  readonly lifetimeSeconds: number;
  /** Milliseconds since 1970, as `Date.now`. */
  readonly now: () => number;
}

export function createDownloadUrls({ key, publicUrl, lifetimeSeconds, now }: DownloadUrlOptions): DownloadUrls {
  const nowSeconds = () => Math.floor(now() / 1000);
  return {
    sign(path, { inline }) {
      const expires = nowSeconds() + lifetimeSeconds;
      const signature = toSignature(key, path, inline, expires);
      return `${publicUrl()}${toFileUrlPath(path)}?inline=${inline}&expires=${expires}&signature=${signature}`;
    },
    verify(path, query) {
      const inline = parseInline(query.inline);
      const expires = parseExpires(query.expires);
      const isOurs = isSameText(query.signature, toSignature(key, path, inline, expires));
      const remainingSeconds = expires - nowSeconds();
      if (!isOurs || remainingSeconds <= 0) throw new GatewayError('INVALID_SIGNATURE');
      return { inline, remainingSeconds };
    },
  };
}

/** The first element keeps signatures of another purpose or version under the same key from passing here. */
function toSignature(key: KeyObject, path: FilePath, inline: boolean, expires: number): string {
  const { orgId, projectId, taskId, id, name } = path;
  const signed = JSON.stringify(['file-download/1', orgId, projectId, taskId, id, name, inline, expires]);
  return createHmac('sha256', key).update(signed).digest('base64url');
}

function parseInline(value: unknown): boolean {
  if (value !== 'true' && value !== 'false') throw new GatewayError('INVALID_SIGNATURE');
  return value === 'true';
}

function parseExpires(value: unknown): number {
  if (typeof value !== 'string' || !/^[1-9]\d{0,11}$/.test(value)) throw new GatewayError('INVALID_SIGNATURE');
  return Number(value);
}

/** Compares the text, not the decoded bytes: base64url has several spellings of the same bytes. */
function isSameText(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}
