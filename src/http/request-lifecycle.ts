// The steps of every request: a hook at its start, a hook before its response is sent, and the steps after its end,
// whether it was sent or not.

import type { DoneFuncWithErrOrRes, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { RequestBudget } from '../admission/request-budget.js';
import type { PointAccount } from '../admission/request-cost.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import { compressIfLarge, type Payload } from './compression.js';
import { assignToCaller, closeIfPipelining, followRequest, whenResponseEnds } from './connections.js';
import { endWhenStalled } from './protection/slow-readers.js';
import { createUnsentCounter } from './protection/unsent-bytes.js';
import { assertAcceptable, ignoreExpectations } from './request-checks.js';
import type { RequestLog } from './request-log.js';
import { setRateLimitHeaders, setResponseHeaders, setServerTiming } from './response-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request has a scope. */
    budget: RequestBudget;
  }
}

interface LifecycleOptions {
  readonly log: RequestLog;
  readonly memory: MemoryLedger;
  /** Returns a caller's account; `null` if rates are not limited. */
  readonly accountOf: ((caller: Caller) => PointAccount | null) | null;
}

export function followRequests(app: FastifyInstance, { log, memory, accountOf }: LifecycleOptions): void {
  const countUnsent = createUnsentCounter(memory);
  app.decorateRequest('incoming');
  app.decorateRequest('budget');
  app.decorateRequest('unsent', null);
  ignoreExpectations(app.server);
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    if (closeIfPipelining(request.raw.socket)) return void reply.hijack();
    reply.header('x-request-id', request.id);
    log.begin(request);
    followRequest(raw, request.incoming);
    // Fastify calls no hook for a client that disconnects before the end of its response.
    whenResponseEnds(raw, () => log.end(request, reply));
    assertAcceptable(request.raw);
    done();
  });
  app.addHook('preParsing', ({ raw, incoming: { requester } }, _reply, _payload, done) => {
    if (requester !== undefined) assignToCaller(raw.socket, requester.id);
    done();
  });
  app.addHook<Payload>('onSend', (request, reply, payload, done) => {
    setResponseHeaders(reply);
    const trace = request.budget?.trace;
    if (trace?.isTimed) setServerTiming(reply, trace);
    if (accountOf !== null) setRateLimitHeaders(request, reply, accountOf);
    const compressed = compressIfLarge(request, reply, payload);
    // An error in `send` is handled like that of any hook.
    if (compressed instanceof Promise) compressed.then((bytes) => send(request, reply, bytes, done)).catch(done);
    else send(request, reply, compressed, done);
  });

  function send(request: FastifyRequest, { raw }: FastifyReply, payload: Payload, done: DoneFuncWithErrOrRes): void {
    countUnsent(request, raw, payload);
    endWhenStalled(request.raw.socket, raw);
    done(null, payload);
  }
}

/** Ends a budget when the response has ended. */
export function endBudgetWithResponse(budget: RequestBudget, request: FastifyRequest, { raw }: FastifyReply): void {
  request.budget = budget;
  whenResponseEnds(raw, () => {
    if (!raw.writableFinished) budget.deadline.abandon();
    budget.end();
  });
}
