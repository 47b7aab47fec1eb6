// The REST API: the paths of existing REST clients, with the same services as GraphQL.

import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScopeSizes } from '../cost/estimate.js';
import { createRestPoints } from '../cost/rest-points.js';
import type { VerifiedLink } from '../files/download-url.js';
import type { FileLinks } from '../files/file-links.js';
import type { OpenExports } from '../streams/open-exports.js';
import type { OpenStreams } from '../streams/open-streams.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { RunChangesService } from '../task-runs/changes/run-changes.service.js';
import type { RunExportService } from '../task-runs/export/run-export.service.js';
import type { RunListService } from '../task-runs/lists/run-list.service.js';
import type { ResourceService } from '../task-runs/resources/resources.service.js';
import type { RunStatisticsService } from '../task-runs/statistics/run-statistics.service.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import { createTestPermissions, testPermissionsOperations } from './caller/test-permissions.js';
import { createWhoAmI, whoAmIOperation } from './caller/who-am-i.js';
import { createFetchFile, createFileAuthentication, type FetchFileOptions, fetchFileOperation } from './fetch-file.js';
import { createFetchRun, createFetchRunById, fetchRunByIdOperation, fetchRunOperation } from './fetch-run.js';
import {
  createExportRoute,
  createExportRuns,
  exportProjectRunsOperation,
  exportTaskRunsOperation,
} from './lists/export-runs.js';
import { createListRuns, listProjectRunsOperation, listRunsOperation } from './lists/list-runs.js';
import { describeApi } from './openapi/openapi.js';
import { type Route, registerRoute } from './openapi/operation.js';
import { registerReferencePage } from './openapi/reference-page.js';
import { createReportRoutes } from './reports/reports.js';
import { createRunChanges, projectChangesOperation, taskChangesOperation } from './run-changes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The service of the caller whose token was accepted. */
    taskRuns: TaskRunService;
    budget: RequestBudget;
    /** The signed link of a request without a token. */
    link: VerifiedLink | undefined;
  }
}

export interface RestApiOptions extends Omit<FetchFileOptions, 'openTaskRuns'> {
  /** @throws GatewayError when the caller's token is missing or rejected. */
  readonly openTaskRuns: (request: FastifyRequest, reply: FastifyReply) => Promise<TaskRunService>;
  /** Opens the lists of the caller whose `taskRuns` the request has. */
  readonly openRunLists: (request: FastifyRequest) => RunListService;
  readonly openRunExports: (request: FastifyRequest) => RunExportService;
  readonly openRunChanges: (request: FastifyRequest) => RunChangesService;
  readonly openRunStatistics: (request: FastifyRequest) => RunStatisticsService;
  readonly openResources: (request: FastifyRequest) => ResourceService;
  readonly streams: OpenStreams;
  readonly exports: OpenExports;
  readonly scopeSizes: ScopeSizes;
  /** Signs the links inside runs; see `createFetchRun`. */
  readonly runLinks: FileLinks;
  /** Base of absolute URLs, without a trailing slash; called at each request. */
  readonly publicUrl: () => string;
}

export function registerRestApi(
  app: FastifyInstance,
  {
    runLinks,
    openRunLists,
    openRunExports,
    openRunChanges,
    openRunStatistics,
    openResources,
    streams,
    exports,
    scopeSizes,
    publicUrl,
    ...options
  }: RestApiOptions,
): void {
  app.decorateRequest('taskRuns');
  app.decorateRequest('link');
  const authenticate = async (request: FastifyRequest, reply: FastifyReply) => {
    request.taskRuns = await options.openTaskRuns(request, reply);
  };
  const authenticateFile = createFileAuthentication(options);
  const changes = createRunChanges({ links: runLinks, streams, openRunChanges });
  const points = createRestPoints(scopeSizes);
  const exportRuns = createExportRuns(openRunExports, exports);
  const listRuns = createListRuns({ links: runLinks, openRunLists, exportRuns, points });
  const testPermissions = createTestPermissions(openResources);
  const exporting: Omit<Route, 'operation'> = {
    authenticate,
    negotiates: true,
    estimatesCost: true,
    handler: createExportRoute(exportRuns, points),
  };
  const routes: readonly Route[] = [
    { operation: listRunsOperation, authenticate, estimatesCost: true, handler: listRuns },
    { operation: listProjectRunsOperation, authenticate, estimatesCost: true, handler: listRuns },
    { operation: exportTaskRunsOperation, ...exporting },
    { operation: exportProjectRunsOperation, ...exporting },
    { operation: taskChangesOperation, authenticate, handler: changes },
    { operation: projectChangesOperation, authenticate, handler: changes },
    { operation: fetchRunOperation, authenticate, handler: createFetchRun(runLinks) },
    { operation: fetchRunByIdOperation, authenticate, handler: createFetchRunById(runLinks) },
    { operation: fetchFileOperation, authenticate: authenticateFile, handler: createFetchFile(options) },
    ...createReportRoutes(openRunStatistics, authenticate, points),
    { operation: whoAmIOperation, authenticate, handler: createWhoAmI(openResources) },
    ...testPermissionsOperations.map((operation) => ({ operation, authenticate, handler: testPermissions })),
  ];
  app.register(async (api) => {
    await api.register(swagger, describeApi(routes.map(({ operation }) => operation)));
    for (const route of routes) registerRoute(api, route);
    api.get('/openapi.json', async () => ({ ...api.swagger(), servers: [{ url: publicUrl() }] }));
    registerReferencePage(api);
  });
}
