// A body, and what is parsed of it, stays in memory until its response is sent. It is in the memory ledger by the length
// that it announces, before any of it is read. Beyond the bounds whoever holds most gets an error, or makes room for others.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import type { MemoryAccount } from '../../memory/memory-account.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { callerOfLog } from './caller-of-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The memory that the body of the request holds; null for one that is not counted. */
    bodyMemory: MemoryHolding | null;
  }
}

interface BodyMemoryOptions {
  readonly bodies: MemoryAccount;
  /** Of one body, also once decompressed. */
  readonly maxBodyBytes: number;
  /** Whose body it is, in place of the caller of the request's token. */
  readonly callerOf?: (request: FastifyRequest) => string;
}

/** What is smaller takes no more than the rest of its request. */
export const minBodyBytes = 4096;
/** A body is in memory as bytes and as text of up to two bytes a character, of which its strings are parts. */
export const bodyWeight = 4;
/** Of memory, at most, for an object, a list, or a value in one of them. */
const valueBytes = 40;

export function limitBodyMemory(
  app: FastifyInstance,
  { bodies, maxBodyBytes, callerOf = callerOfLog }: BodyMemoryOptions,
): void {
  app.decorateRequest('bodyMemory', null);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { raw } = reply;
    const bytes = announcedBytes(request, maxBodyBytes);
    if (bytes < minBodyBytes) return done();
    const body = bodies.hold(callerOf(request), { weight: bodyWeight, end: () => raw.destroy() });
    if (!body.take(bytes)) {
      // Or Node would read all of the body to get at the next request.
      reply.header('connection', 'close');
      return done(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
    }
    request.bodyMemory = body;
    raw.once('close', () => body.close());
    done();
  });
}

/** Counts what will be parsed of a JSON text: up to twenty times as much as the text itself, where it is empty objects. */
export function countParsed(body: MemoryHolding, json: Uint8Array): void {
  let values = 0;
  for (const byte of json) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  body.add((values * valueBytes) / bodyWeight);
}

function announcedBytes({ headers }: FastifyRequest, maxBodyBytes: number): number {
  const { 'content-length': length, 'transfer-encoding': transfer, 'content-encoding': encoding } = headers;
  if (transfer !== undefined || (encoding !== undefined && encoding !== 'identity')) return maxBodyBytes;
  return Math.min(Number(length ?? 0), maxBodyBytes);
}
