// The steps of every request: one hook at its start, and one listener for the end of its response, sent or not.

import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestBudget } from '../admission/request-budget.js';
import { closeIfPipelining } from './protection/max-connections.js';
import { assertAcceptable, ignoreExpectations } from './request-checks.js';
import type { RequestLog } from './request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The budget of the last operation. */
    budget: RequestBudget;
    /** One for each operation. A request for tools may have several. */
    openBudgets: RequestBudget[];
  }
}

export function followRequests(app: FastifyInstance, log: RequestLog): void {
  app.decorateRequest('logFields');
  app.decorateRequest('budget');
  app.decorateRequest('openBudgets');
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
