// Documents and pages that need no token. They are generated once, so that anonymous requests cost little.

import type { FastifyReply } from 'fastify';
import { compressors, minCharacters, preferredEncoding } from './compression.js';
import { entityTagOf, isKnownVersion } from './entity-tag.js';
import { addVary } from './response-headers.js';

type Encoding = keyof typeof compressors;

interface Kept {
  readonly source: readonly unknown[];
  readonly bytes: Buffer;
  readonly etag: string;
  readonly compressed: Map<Encoding, Promise<Buffer>>;
}

/** Text with its entity tag and its compressed forms. It is generated again when its sources have changed. */
export class KeptText<Source extends readonly unknown[] = []> {
  #kept: Kept | undefined;

  constructor(private readonly make: (...source: Source) => string) {}

  /** Sends the text in a response that caches must not store. */
  send(reply: FastifyReply, ...source: Source): FastifyReply | Promise<FastifyReply> {
    const kept = this.#keptFrom(source);
    if (kept.bytes.length < minCharacters) return reply.send(kept.bytes);
    addVary(reply, 'accept-encoding');
    const encoding = preferredEncoding(reply.request);
    if (encoding === undefined) return reply.send(kept.bytes);
    return compress(kept, encoding).then((bytes) => reply.header('content-encoding', encoding).send(bytes));
  }

  /** Sends the text with its entity tag, or 304 if the client has the same version. */
  sendVersion(reply: FastifyReply, ...source: Source): FastifyReply | Promise<FastifyReply> {
    const { etag } = this.#keptFrom(source);
    reply.headers({ etag, 'cache-control': 'no-cache' });
    if (isKnownVersion(reply.request.headers['if-none-match'], etag)) return reply.code(304).send();
    return this.send(reply, ...source);
  }

  #keptFrom(source: Source): Kept {
    const kept = this.#kept;
    if (kept !== undefined && isSame(kept.source, source)) return kept;
    const text = this.make(...source);
    this.#kept = { source, bytes: Buffer.from(text), etag: entityTagOf(text), compressed: new Map() };
    return this.#kept;
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function compress({ bytes, compressed }: Kept, encoding: Encoding): Promise<Buffer> {
  const known = compressed.get(encoding);
  if (known !== undefined) return known;
  const compressing = compressors[encoding](bytes);
  compressed.set(encoding, compressing);
  // The next request triggers another attempt.
  compressing.catch(() => compressed.delete(encoding));
  return compressing;
}
