// The token of a link to one run, which only this gateway can read. It contains everything that each view needs, so that
// no table of links is necessary.

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import type { Caller } from '../access/caller.js';
import { declareLimit } from '../limits.js';
import type { RunPath } from '../task-runs/columns/run-path.js';

/** The members of a caller that decide what it may read. */
export interface Sharer extends Pick<Caller, 'issuer' | 'subject' | 'userId' | 'confinement'> {
  /** A digest of the settings by which the issuer's tokens named the subject and its user id when the link was made. */
  readonly identification: string;
}

/** A link to one run. */
export interface Share {
  readonly id: string;
  readonly path: RunPath;
  readonly sharer: Sharer;
  /** Whether the sharer wants the link to show payload. */
  readonly payload: boolean;
  /** When the link was made, by the clock of the database, because revocations are compared with it. */
  readonly created: string;
  /** The link's end, in seconds since 1970. */
  readonly expires: number;
}

const cipher = 'aes-256-gcm';
const vectorSize = 12;
const tagSize = 16;
/** The plain text is padded to multiples of this size, so that the token's length does not reveal the subject's. */
const blockSize = 256;
/** Changes with the format, so that no token of another format is accepted. */
const format = Buffer.from('share/1');

const maxTokenLength = declareLimit(8192, {
  section: 'HTTP',
  name: 'token of a link to a run',
  unit: 'characters',
  beyond: '`SHARE_NOT_FOUND`',
});

export class ShareTokens {
  readonly #key: KeyObject;

  /** @param signingKey the configured or generated key, from which the encryption key is derived */
  constructor(signingKey: KeyObject) {
    this.#key = createSecretKey(Buffer.from(hkdfSync('sha256', signingKey, '', 'task-run-gateway share', 32)));
  }

  /** Returns the token, and the link with its new id. */
  seal(content: Omit<Share, 'id'>): { readonly share: Share; readonly token: string } {
    const share: Share = { id: randomUUID(), ...content };
    const vector = randomBytes(vectorSize);
    const encryption = createCipheriv(cipher, this.#key, vector).setAAD(format);
    const sealed = Buffer.concat([encryption.update(padded(JSON.stringify(share))), encryption.final()]);
    return { share, token: Buffer.concat([vector, sealed, encryption.getAuthTag()]).toString('base64url') };
  }

  /** Returns `null` for a token that was altered or not sealed with this key. The link may have expired. */
  unseal(token: string): Share | null {
    if (token.length > maxTokenLength) return null;
    const bytes = Buffer.from(token, 'base64url');
    // base64url has several spellings of the same bytes.
    if (bytes.length <= vectorSize + tagSize || bytes.toString('base64url') !== token) return null;
    const decryption = createDecipheriv(cipher, this.#key, bytes.subarray(0, vectorSize), { authTagLength: tagSize })
      .setAAD(format)
      .setAuthTag(bytes.subarray(-tagSize));
    try {
      const sealed = bytes.subarray(vectorSize, -tagSize);
      return JSON.parse(Buffer.concat([decryption.update(sealed), decryption.final()]).toString('utf8'));
    } catch {
      return null;
    }
  }
}

/** Adds spaces, which JSON allows at its end. */
function padded(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const padding = Math.ceil(size / blockSize) * blockSize - size;
  return Buffer.from(text + ' '.repeat(padding), 'utf8');
}
