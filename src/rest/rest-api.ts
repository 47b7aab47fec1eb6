// The REST API with the paths of existing REST clients and the same services as GraphQL.

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { permissions, permissionsWithSharing } from '../access/permissions.js';
import { createRestEstimator } from '../admission/rest-estimate.js';
import type { ScopeSizes } from '../admission/scope-size.js';
import type { VerifiedLink } from '../files/download-url.js';
import type { SendPage } from '../http/page-routes/send-page.js';
import type { RequestScope } from '../request/scope.js';
import type { OpenExports } from '../streams/open-exports.js';
import type { OpenStreams } from '../streams/open-streams.js';
import { authenticateCaller } from './authenticate-caller.js';
import { createTestPermissionsOperations, testPermissions } from './caller/test-permissions.js';
import { whoAmI, whoAmIOperation } from './caller/who-am-i.js';
import { createFetchFile, createFileAuthentication, type FetchFileOptions, fetchFileOperation } from './fetch-file.js';
import { fetchRun, fetchRunById, fetchRunByIdOperation, fetchRunOperation } from './fetch-run.js';
import { createSharedRunRoute, type SharedRunOptions } from './fetch-shared-run.js';
import {
  createExportRoute,
  createExportRuns,
  exportOrganizationRunsOperation,
  exportProjectRunsOperation,
  exportTaskRunsOperation,
} from './lists/export-runs.js';
import { withoutModelParameters } from './lists/filter-parameters.js';
import {
  createListRuns,
  listOrganizationRunsOperation,
  listProjectRunsOperation,
  listRunsOperation,
} from './lists/list-runs.js';
import { registerDescriptions } from './openapi/description-routes.js';
import { describeApi } from './openapi/openapi.js';
import { type Route, registerRoute } from './openapi/operation.js';
import { registerReferencePage } from './openapi/reference-page.js';
import { createReportRoutes } from './reports/reports.js';
import {
  createRunChanges,
  organizationChangesOperation,
  projectChangesOperation,
  taskChangesOperation,
} from './run-changes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The scope of the caller whose token was accepted. */
    scope: RequestScope;
    /** The signed link of a request without a token. */
    link: VerifiedLink | undefined;
  }
}

export interface RestApiOptions extends FetchFileOptions {
  readonly streams: OpenStreams;
  readonly exports: OpenExports;
  readonly scopeSizes: ScopeSizes;
  /** Whether a path to the model in the runs' JSON is configured. */
  readonly hasModels: boolean;
  /** Links to runs; null without them. */
  readonly shared: Pick<SharedRunOptions, 'shares' | 'linksFor' | 'now'> | null;
  /** Sends the page around Swagger UI. If `null`, Swagger UI's own page is used. */
  readonly sendReference: SendPage | null;
  /** The base of absolute URLs, without a trailing slash; called for each request. */
  readonly publicUrl: () => string;
}

export function registerRestApi(
  app: FastifyInstance,
  { streams, exports, scopeSizes, hasModels, shared, sendReference, publicUrl, ...options }: RestApiOptions,
): void {
  app.decorateRequest('scope');
  app.decorateRequest('link');
  app.decorateRequest('share');
  const authenticate: Route['authenticate'] = (request, reply) => authenticateCaller(request, reply, options);
  const authenticateFile = createFileAuthentication(options);
  const changes = createRunChanges(streams);
  const estimator = createRestEstimator(scopeSizes);
  const exportRuns = createExportRuns(exports);
  const listRuns = createListRuns(estimator);
  const exporting: Omit<Route, 'operation'> = {
    authenticate,
    negotiates: true,
    estimatesCost: true,
    handler: createExportRoute(exportRuns, estimator),
  };
  const allRoutes: readonly Route[] = [
    { operation: listRunsOperation, authenticate, estimatesCost: true, handler: listRuns },
    { operation: listProjectRunsOperation, authenticate, estimatesCost: true, handler: listRuns },
    { operation: listOrganizationRunsOperation, authenticate, estimatesCost: true, handler: listRuns },
    { operation: exportTaskRunsOperation, ...exporting },
    { operation: exportProjectRunsOperation, ...exporting },
    { operation: exportOrganizationRunsOperation, ...exporting },
    { operation: taskChangesOperation, authenticate, handler: changes },
    { operation: projectChangesOperation, authenticate, handler: changes },
    { operation: organizationChangesOperation, authenticate, handler: changes },
    { operation: fetchRunOperation, authenticate, handler: fetchRun },
    { operation: fetchRunByIdOperation, authenticate, handler: fetchRunById },
    { operation: fetchFileOperation, authenticate: authenticateFile, handler: createFetchFile(options) },
    ...createReportRoutes(authenticate, estimator),
    { operation: whoAmIOperation, authenticate, handler: whoAmI },
    ...createTestPermissionsOperations(shared === null ? permissions : permissionsWithSharing).map((operation) => ({
      operation,
      authenticate,
      handler: testPermissions,
    })),
    ...(shared === null ? [] : [createSharedRunRoute({ ...shared, scopes: options.scopes })]),
  ];
  const routes = hasModels
    ? allRoutes
    : allRoutes.map((route) => ({ ...route, operation: withoutModelParameters(route.operation) }));
  app.register(async (api) => {
    await api.register(swagger, describeApi(routes.map(({ operation }) => operation)));
    for (const route of routes) registerRoute(api, route);
    registerDescriptions(api, publicUrl);
    registerReferencePage(api, sendReference);
  });
}
