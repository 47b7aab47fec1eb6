// A body and its parsed values stay in memory until the response is sent, and take CPU time even if the request is
// rejected. The memory ledger counts the announced length before any of the body is read. Above the limit, the caller
// that holds most gets an error or loses a request. A caller without points gets an error as well.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { processorTime, type RequestCost } from '../../admission/request-cost.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { andThen } from '../../maybe-promise.js';
import type { MemoryAccount } from '../../memory/memory-account.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import type { Scopes } from '../../request/scope.js';
import { endConnectionOf, whenResponseEnds } from '../connections.js';
import { requesterOf } from '../request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The memory and time of the request's body; `null` if the body is not counted. */
    countedBody: CountedBody | null;
  }
}

export interface BodyOptions {
  readonly bodies: MemoryAccount;
  /** The limit for one body, including after decompression. */
  readonly maxBodyBytes: number;
  readonly scopes: Pick<Scopes, 'openBodyCost'>;
  /** Returns the id of the body's caller; by default, the caller of the request's token. */
  readonly callerOf?: (request: FastifyRequest) => string;
}

/** Smaller bodies take no more memory or time than the rest of their request, and are not counted. */
export const minBodyBytes = 4096;
/**
 * A body is held as bytes and as text with up to two bytes per character. The strings in it are slices of that text.
 */
export const bodyWeight = 4;
/** Maximum memory of an object, a list, or a value in either. */
const valueBytes = 40;

/** The memory and CPU time of one body. */
export class CountedBody {
  constructor(
    readonly memory: MemoryHolding,
    private readonly cost: RequestCost,
  ) {}

  /** Counts the text of a body before it is parsed. */
  countText(json: Uint8Array): void {
    const values = countValues(json);
    this.memory.add((values * valueBytes) / bodyWeight);
    this.cost.addProcessor(parseMs(json, values));
  }

  close(): void {
    this.cost.settle();
    this.memory.close();
  }
}

export function limitBodies(
  app: FastifyInstance,
  { bodies, maxBodyBytes, scopes, callerOf = requesterOf }: BodyOptions,
): void {
  app.decorateRequest('countedBody', null);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const bytes = announcedBytes(request, maxBodyBytes);
    if (bytes < minBodyBytes) return done();
    const { raw } = reply;
    const memory = bodies.hold(callerOf(request), { weight: bodyWeight, end: () => endConnectionOf(raw) });
    const cost = scopes.openBodyCost(request.incoming);
    const hold = () => {
      if (!memory.take(bytes)) {
        // Otherwise Node would read the whole body to get to the next request.
        reply.header('connection', 'close');
        return done(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
      }
      const account = new CountedBody(memory, cost);
      request.countedBody = account;
      whenResponseEnds(raw, () => account.close());
      done();
    };
    // Fails for a caller that owes points.
    andThen(cost.admit(0), hold, done);
  });
}

/** Returns how many milliseconds it takes to parse a JSON text. */
export function parseMs(json: Uint8Array, values = countValues(json)): number {
  return json.length * processorTime.bodyByte + values * processorTime.bodyValue;
}

/** Returns how many values a JSON text contains, which is up to one per three bytes. */
function countValues(json: Uint8Array): number {
  let values = 0;
  for (const byte of json) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  return values;
}

function announcedBytes({ headers }: FastifyRequest, maxBodyBytes: number): number {
  const { 'content-length': length, 'transfer-encoding': transfer, 'content-encoding': encoding } = headers;
  if (transfer !== undefined || (encoding !== undefined && encoding !== 'identity')) return maxBodyBytes;
  return Math.min(Number(length ?? 0), maxBodyBytes);
}
