// Signed links to files' bytes: the holder may fetch that one file, without a token, until the link expires. The
// signature covers every part of the link that decides what is returned.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.js';
import { type FilePath, toFileUrlPath } from './file-path.js';

/** 96 of the digest's 256 bits, so that no two subjects share them. */
const subjectDigestCharacters = 16;
const subjectDigest = new RegExp(`^[\\w-]{${subjectDigestCharacters}}$`);

export interface DownloadUrls {
  /** An absolute URL. */
  sign(path: FilePath, options: DownloadUrlContent): string;
  /**
   * `query` holds the request's decoded parameters; a parameter given twice is an array, and rejected.
   * @throws GatewayError INVALID_SIGNATURE for a link that was altered, has expired or was signed with another key.
   */
  verify(path: FilePath, query: Readonly<Record<string, unknown>>): VerifiedLink;
}

export interface DownloadUrlContent {
  /** Asks browsers to show the file instead of saving it. */
  readonly inline: boolean;
  /** The caller the link is for. The link has only a digest of it, by which an operator can identify the caller. */
  readonly subject: string;
}

export interface VerifiedLink {
  readonly inline: boolean;
  /** The digest of the subject that the link was signed for. */
  readonly subjectDigest: string;
  /** Whole seconds until the link expires, at least 1. */
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

/** The first element rejects signatures of another purpose or version under the same key. */
function toSignature(key: KeyObject, path: FilePath, inline: boolean, expires: number, subject: string): string {
  const { orgId, projectId, taskId, id, name } = path;
  const signed = JSON.stringify(['file-download/2', orgId, projectId, taskId, id, name, inline, expires, subject]);
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** A digested text never begins like a signed one. docs/operating.md has the same as a command. */
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

/** Compares the text, not the decoded bytes: base64url has several spellings of the same bytes. */
function isEqualText(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}
