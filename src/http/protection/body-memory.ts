// A body and its parsed values stay in memory until the response is sent. The memory ledger counts the announced length
// before any of it is read. Beyond the limit, the caller that holds most gets an error, or loses a request.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import type { MemoryAccount } from '../../memory/memory-account.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { callerOfLog } from '../request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The memory that the body of the request holds; null for one that is not counted. */
    bodyMemory: MemoryHolding | null;
  }
}

interface BodyMemoryOptions {
  readonly bodies: MemoryAccount;
  /** The limit for one body, also once decompressed. */
  readonly maxBodyBytes: number;
  /** Returns the id of the body's caller; by default, the caller of the request's token. */
  readonly callerOf?: (request: FastifyRequest) => string;
}

/** Smaller bodies take no more memory than the rest of their request, and are not counted. */
export const minBodyBytes = 4096;
/** A body is held as bytes and as text of up to two bytes a character, and the strings in it are slices of the text. */
export const bodyWeight = 4;
/** The most memory that an object, a list, or a value in one of them takes. */
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
      // Otherwise Node would read the whole body to reach the next request.
      reply.header('connection', 'close');
      return done(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
    }
    request.bodyMemory = body;
    raw.once('close', () => body.close());
    done();
  });
}

/** Counts the values that a JSON text will be parsed to: up to twenty times its own size, if it is of empty objects. */
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
