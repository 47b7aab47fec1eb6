// The REST twin: the paths that existing REST clients use, served by the same service as GraphQL.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { VerifiedLink } from '../files/download-url.js';
import type { FileLinks } from '../files/file-links.js';
import type { ViewerRunLists } from '../task-runs/lists/viewer-run-lists.js';
import type { ViewerTaskRuns } from '../task-runs/task-runs.service.js';
import { createFetchFile, createFileAuthentication, type FileParts, fetchFileOperation } from './fetch-file.js';
import { createFetchRun, fetchRunOperation } from './fetch-run.js';
import { createListRuns, listRunsOperation } from './list-runs.js';
import { describeOperations } from './openapi/openapi.js';
import { registerOperation } from './openapi/operation.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the caller whose token was accepted. */
    taskRuns: ViewerTaskRuns;
    /** The signed link by which the request came in place of a token. */
    link: VerifiedLink | undefined;
  }
}

export interface RestTwinParts extends Omit<FileParts, 'openTaskRuns'> {
  /** @throws GatewayError when the caller's token is missing or refused. */
  readonly openTaskRuns: (request: FastifyRequest) => Promise<ViewerTaskRuns>;
  /** Of the caller whose `taskRuns` the request has. */
  readonly openRunLists: (request: FastifyRequest) => ViewerRunLists;
  /** Signs the links inside runs; see `createFetchRun`. */
  readonly runLinks: FileLinks;
  /** Base of absolute URLs, without a trailing slash; asked at each request. */
  readonly publicUrl: () => string;
}

const operations = [listRunsOperation, fetchRunOperation, fetchFileOperation];

export function registerRestTwin(
  app: FastifyInstance,
  { runLinks, openRunLists, publicUrl, ...parts }: RestTwinParts,
): void {
  app.decorateRequest('taskRuns');
  app.decorateRequest('link');
  const authenticate = async (request: FastifyRequest) => {
    request.taskRuns = await parts.openTaskRuns(request);
  };
  registerOperation(app, fetchRunOperation, { authenticate, answer: createFetchRun(runLinks) });
  registerOperation(app, listRunsOperation, { authenticate, answer: createListRuns(runLinks, openRunLists) });
  registerOperation(app, fetchFileOperation, {
    authenticate: createFileAuthentication(parts),
    answer: createFetchFile(parts),
  });
  app.get('/openapi.json', async () => describeOperations(operations, publicUrl()));
}
