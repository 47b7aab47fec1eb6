// Signed links to files' bytes: who holds one may fetch that one file until it expires, without a token. Nothing may be
// changed in a link, so the signature covers everything in it that decides what is returned.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.js';
import { type FilePath, toFileUrlPath } from './file-path.js';

/** Of 256 bits, 96: no two subjects share them. */
const subjectDigestCharacters = 16;
const subjectDigest = new RegExp(`^[\\w-]{${subjectDigestCharacters}}$`);

export interface DownloadUrls {
  /** An absolute URL. */
  sign(path: FilePath, options: DownloadUrlContent): string;
  /**
   * `query` holds the request's decoded parameters; a parameter given twice is an array, and rejected.
   * @throws GatewayError INVALID_SIGNATURE for a link that was changed, has expired or is not ours.
   */
  verify(path: FilePath, query: Readonly<Record<string, unknown>>): VerifiedLink;
}

export interface DownloadUrlContent {
  /** Asks browsers to show the file instead of saving it. */
  readonly inline: boolean;
  /** Whom the link is for. It holds a digest of the name alone, by which an operator can find out whose link it was. */
  readonly subject: string;
}

export interface VerifiedLink {
  readonly inline: boolean;
  /** The digest of whom the link was for. */
  readonly subjectDigest: string;
  /** Whole seconds the link goes on working, at least 1. */
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

/** The first element keeps signatures of another purpose or version under the same key from passing here. */
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
