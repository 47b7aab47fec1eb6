// Signed links to the bytes of files. Until the link expires, its holder may fetch that one file without a token. The
// signature covers every part of the link that determines the response.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.js';
import { type FilePath, toFileUrlPath } from './file-path.js';

/** 96 of the digest's 256 bits, enough to avoid collisions between subjects. */
const subjectDigestCharacters = 16;
const subjectDigest = new RegExp(`^[\\w-]{${subjectDigestCharacters}}$`);

export interface DownloadUrls {
  /** Returns an absolute URL. */
  sign(path: FilePath, options: DownloadUrlContent): string;
  /**
   * `query` contains the request's decoded parameters. A parameter that occurs twice is an array, and is rejected.
   * @throws GatewayError INVALID_SIGNATURE for a link that was altered, has expired or was signed with another key
   */
  verify(path: FilePath, query: Readonly<Record<string, unknown>>): VerifiedLink;
}

export interface DownloadUrlContent {
  /** Whether browsers should show the file instead of saving it. */
  readonly inline: boolean;
  /** The caller for whom the link is. The link contains only a digest, by which operators can identify the caller. */
  readonly subject: string;
}

export interface VerifiedLink {
  readonly inline: boolean;
  /** The digest of the subject for whom the link was signed. */
  readonly subjectDigest: string;
  /** Whole seconds until the link expires, at least 1. */
  readonly remainingSeconds: number;
}

export interface DownloadUrlOptions {
  readonly key: KeyObject;
  /**
   * Returns the base of the links, without a trailing slash. Called at each signing, because the port may not be known
   * earlier.
   */
  readonly publicUrl: () => string;
  readonly lifetimeSeconds: number;
  /** Returns milliseconds since 1970, like `Date.now`. */
  readonly now: () => number;
}

export function createDownloadUrls({ key, publicUrl, lifetimeSeconds, now }: DownloadUrlOptions): DownloadUrls {
  const nowSeconds = () => Math.floor(now() / 1000);
  return {
    sign(path, { inline, subject }) {
      const expires = nowSeconds() + lifetimeSeconds;
      const digest = toSubjectDigest(key, subject);
      const signature = toSignature(key, path, inline, expires, digest);
      return `${publicUrl()}${toFileUrlPath(path)}?inline=${inline}&expires=${expires}&subject=${digest}&signature=${signature}`;
    },
    verify(path, query) {
      const inline = parseInline(query.inline);
      const expires = parseExpires(query.expires);
      const subjectDigest = parseSubjectDigest(query.subject);
      const isAuthentic = isEqualText(query.signature, toSignature(key, path, inline, expires, subjectDigest));
      const remainingSeconds = expires - nowSeconds();
      if (!isAuthentic || remainingSeconds <= 0) throw new GatewayError('INVALID_SIGNATURE');
      return { inline, remainingSeconds, subjectDigest };
    },
  };
}

/** The first element prevents signatures for another purpose or version with the same key from being accepted. */
function toSignature(key: KeyObject, path: FilePath, inline: boolean, expires: number, subject: string): string {
  const { orgId, projectId, taskId, id, name } = path;
  const signed = JSON.stringify(['file-download/2', orgId, projectId, taskId, id, name, inline, expires, subject]);
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** The digested string never begins like a signed one. docs/operating.md contains the same computation as a command. */
function toSubjectDigest(key: KeyObject, subject: string): string {
  return createHmac('sha256', key).update(`subject ${subject}`).digest('base64url').slice(0, subjectDigestCharacters);
}

function parseSubjectDigest(value: unknown): string {
  if (typeof value !== 'string' || !subjectDigest.test(value)) throw new GatewayError('INVALID_SIGNATURE');
  return value;
}

function parseInline(value: unknown): boolean {
  if (value !== 'true' && value !== 'false') throw new GatewayError('INVALID_SIGNATURE');
  return value === 'true';
}

function parseExpires(value: unknown): number {
  if (typeof value !== 'string' || !/^[1-9]\d{0,11}$/.test(value)) throw new GatewayError('INVALID_SIGNATURE');
  return Number(value);
}

/**
 * Compares the encoded strings instead of the decoded bytes, because base64url has several spellings of the same bytes.
 */
function isEqualText(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}
