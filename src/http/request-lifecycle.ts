// What is done with every request: one hook where it begins, and one listener where its response is closed, sent or not.

import type { FastifyInstance } from 'fastify';
import { closeIfPipelining } from './protection/pipelining.js';
import { endBudgets } from './request-budgets.js';
import { assertAcceptable, ignoreExpectations } from './request-checks.js';
import type { RequestLog } from './request-log.js';

export function followRequests(app: FastifyInstance, log: RequestLog): void {
  app.decorateRequest('logFields');
  app.decorateRequest('budget');
  app.decorateRequest('openBudgets');
  app.decorateRequest('account', null);
  ignoreExpectations(app.server);
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    if (closeIfPipelining(request.raw.socket)) return void reply.hijack();
    reply.header('x-request-id', request.id);
    log.begin(request);
    request.openBudgets = [];
    // More than ten parts wait for the end of a stream, of which Node.js would warn.
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
