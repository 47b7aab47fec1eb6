// The steps of every request: one hook at its start, and one listener for the end of its response, sent or not.

import type { FastifyInstance } from 'fastify';
import { closeIfPipelining } from './protection/max-connections.js';
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
