// The steps of every request: a hook at its start, a hook before its response is sent, and one listener for the end of its
// response, sent or not.

import type { ServerResponse } from 'node:http';
import type { DoneFuncWithErrOrRes, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { RequestBudget } from '../admission/request-budget.js';
import type { PointAccount } from '../admission/request-cost.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import { compressIfLarge, type Payload } from './compression.js';
import { closeIfPipelining } from './connections.js';
import { setRateLimitHeaders } from './protection/rate-limit-headers.js';
import { endWhenStalled } from './protection/slow-readers.js';
import { createUnsentCounter } from './protection/unsent-bytes.js';
import { assertAcceptable, ignoreExpectations } from './request-checks.js';
import type { RequestLog } from './request-log.js';
import { setResponseHeaders } from './response-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The budget of the last operation. */
    budget: RequestBudget;
    /** One for each operation. A request for tools may have several. */
    openBudgets: RequestBudget[];
  }
}

interface LifecycleOptions {
  readonly log: RequestLog;
  readonly memory: MemoryLedger;
  /** null: rates are not limited. */
  readonly accountOf: ((caller: Caller) => PointAccount | null) | null;
}

export function followRequests(app: FastifyInstance, { log, memory, accountOf }: LifecycleOptions): void {
  const countUnsent = createUnsentCounter(memory);
  app.decorateRequest('logFields');
  app.decorateRequest('budget');
  app.decorateRequest('openBudgets');
  app.decorateRequest('unsent', null);
  ignoreExpectations(app.server);
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    if (closeIfPipelining(request.raw.socket)) return void reply.hijack();
    reply.header('x-request-id', request.id);
    log.begin(request);
    request.openBudgets = [];
    // Node.js warns from eleven listeners on, and more than ten parts listen for the end of a stream.
    raw.setMaxListeners(20);
    // Fastify calls no hook for a client that goes away before the end of its response.
    raw.once('close', () => {
      log.end(request, reply);
      endBudgets(request, raw);
    });
    assertAcceptable(request.raw);
    done();
  });
  app.addHook<Payload>('onSend', (request, reply, payload, done) => {
    setResponseHeaders(reply);
    if (accountOf !== null) setRateLimitHeaders(request, reply, accountOf);
    const compressed = compressIfLarge(request, reply, payload);
    // An error in `send` is presented like that of any hook.
    if (compressed instanceof Promise) compressed.then((bytes) => send(request, reply, bytes, done)).catch(done);
    else send(request, reply, compressed, done);
  });

  function send(request: FastifyRequest, { raw }: FastifyReply, payload: Payload, done: DoneFuncWithErrOrRes): void {
    countUnsent(request, raw, payload);
    endWhenStalled(request.raw.socket, raw);
    done(null, payload);
  }
}

/** Ends a budget when the response is closed. */
export function endWithResponse(budget: RequestBudget, request: FastifyRequest, { raw }: FastifyReply): void {
  request.budget = budget;
  request.openBudgets.push(budget);
  // The client may have gone while its token was verified.
  if (raw.destroyed) endBudgets(request, raw);
}

function endBudgets({ openBudgets }: FastifyRequest, response: ServerResponse): void {
  for (const budget of openBudgets) {
    if (!response.writableFinished) budget.abandon();
    budget.end();
  }
}
