// `GET /api/v1/shared/run` returns the run that a link shows. The token of the link is the bearer token of this route, and of
// no other.

import type { FastifyRequest } from 'fastify';
import { ShareHolder } from '../access/requester.js';
import { bearerToken } from '../access/tokens/bearer-token.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { OpenedLinks } from '../files/open-links.js';
import { endBudgetWithResponse } from '../http/request-lifecycle.js';
import { sharedHeaders } from '../http/shared-headers.js';
import { declareLimit } from '../limits.js';
import type { Scopes } from '../request/scope.js';
import type { Share } from '../sharing/share-token.js';
import { type Shares, sharerOf } from '../sharing/shares.js';
import { timestampOfSeconds } from '../task-runs/columns/timestamp.js';
import { assertAcceptable, mediaTypesOf, type Operation, type Route } from './openapi/operation.js';
import { readQueryParameters } from './openapi/query-parameters.js';
import { sharedTaskRun } from './openapi/schemas.js';
import { presentUsage } from './run-presenter.js';
import { fullRun, writeRun } from './write-run.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The link of a request with the token of a link to a run. */
    share: Share;
  }
}

const maxFileLinkSeconds = declareLimit(300, {
  section: 'HTTP',
  name: 'life of a link to a file in a link to a run',
  unit: 's',
  beyond: '`INVALID_SIGNATURE`',
});

const operation: Operation = {
  path: '/api/v1/shared/run',
  operationId: 'fetchSharedTaskRun',
  tag: 'Task runs',
  summary: 'Fetch a Task Run that a link shows',
  description:
    'The run of a link. The bearer token is the part of the link after `#`. Without payload, `response`, `run_data` and `files` are null. A link that shows nothing has the same error for every reason.',
  parameters: { path: {}, query: {} },
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The task run, as far as the link shows it.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/SharedTaskRun' } } },
    },
  },
  schemas: { SharedTaskRun: sharedTaskRun },
  errors: [401, 404, 422, 429, 503],
};

export interface SharedRunOptions {
  readonly shares: Shares;
  readonly scopes: Pick<Scopes, 'openScope'>;
  readonly linksFor: OpenedLinks['linksFor'];
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

export function createSharedRunRoute({ shares, scopes, linksFor, now }: SharedRunOptions): Route {
  return {
    operation,
    auditEntry: 'share',
    async authenticate(request, reply) {
      reply.headers(sharedHeaders);
      const token = tokenOf(request);
      // These faults say nothing about the link, because every token gets them.
      readQueryParameters(request.query as Record<string, unknown>, {});
      assertAcceptable(request, mediaTypesOf(operation));
      const share = shares.unseal(token);
      await request.incoming.authenticate(new ShareHolder(share.id));
      request.share = share;
      request.scope = scopes.openScope(request.incoming, null, sharerOf(share));
      endBudgetWithResponse(request.scope.budget, request, reply);
    },
    async handler({ share, scope, routeOptions }, reply) {
      const { budget, services, audit, request } = scope;
      const { taskRuns } = services;
      const { run, hasPayload, by } = await shares.view(share, fullRun.selection, { taskRuns, budget });
      audit?.addShared(run);
      const seconds = Math.max(1, Math.min(maxFileLinkSeconds, Math.floor(share.expires - now() / 1000)));
      const links = { runLinks: linksFor(seconds) };
      const text = hasPayload
        ? await writeRun(run, { budget, services, links, caller: { subject: request.requester!.id } })
        : presentUsage(run, await taskRuns.reportingGroupOf(run));
      const shared = { by, until: timestampOfSeconds(share.expires), id: share.id };
      const body = `${text.slice(0, -1)},"shared":${JSON.stringify(shared)}}`;
      await audit?.record({ entry: 'share', operation: routeOptions.url, bytes: Buffer.byteLength(body) });
      return reply.header('content-type', 'application/json; charset=utf-8').send(body);
    },
  };
}

/** Returns an empty text for a token of the wrong form, which is a link that shows nothing. @throws GatewayError */
function tokenOf({ raw }: FastifyRequest): string {
  try {
    return bearerToken(raw.rawHeaders);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.reason !== 'INVALID_TOKEN') throw error;
    return '';
  }
}
