// `GET …/task/{task_id}/run`, `GET …/project/{project_id}/task_run` and `GET …/org/{org_id}/task_run`: return runs page
// by page, newest first.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RestEstimator } from '../../admission/rest-estimate.js';
import type { ExportGroup } from '../../export/export-columns.js';
import { type RunOrder, runOrders } from '../../task-runs/lists/run-order.js';
import { readErrors } from '../openapi/error-statuses.js';
import type { Operation } from '../openapi/operation.js';
import { pageLimit, pathParameters, type RunsPathParams, runsPaths, taskOfProject } from '../parameters.js';
import { jsonResponses, sendJson } from '../send-json.js';
import { fieldsParameter, toRunForm, writeRunOrNull } from '../write-run.js';
import { filterParameters, readFilterParameters, rethrowInRestNames } from './filter-parameters.js';

/** Shared by all lists. */
const list = {
  tag: 'Task runs' as const,
  security: [{ bearer: [] }],
  responses: jsonResponses('A page of task runs.', 'TaskRunPage'),
  errors: readErrors,
};

const description =
  'that the caller may see, newest first unless `order_by` is given. A run is null if its JSON exceeds the ' +
  'remaining size limit of the response.';

const query = {
  page_limit: pageLimit('runs'),
  cursor: {
    type: 'string',
    description: '`next_cursor` of the previous page, requested with the same filter and order.',
  },
  order_by: {
    type: 'string',
    enum: runOrders,
    default: 'CREATED_DESC',
    description: 'The order of the runs. When ordered by a value, runs without that value come last.',
  },
  fields: fieldsParameter,
  ...filterParameters,
};

export const listRunsOperation: Operation = {
  path: runsPaths.task,
  operationId: 'listTaskRuns',
  summary: 'List Task Runs',
  description: `Returns the runs of a task ${description}`,
  parameters: { path: pathParameters.task, query },
  ...list,
};

export const listProjectRunsOperation: Operation = {
  path: runsPaths.project,
  operationId: 'listProjectTaskRuns',
  summary: 'List Task Runs of a Project',
  description: `Returns the runs of all tasks of a project ${description}`,
  parameters: {
    path: pathParameters.project,
    query: { task_id: taskOfProject, ...query },
  },
  ...list,
};

export const listOrganizationRunsOperation: Operation = {
  path: runsPaths.organization,
  operationId: 'listOrganizationTaskRuns',
  summary: 'List Task Runs of an Organization',
  description: `Returns the runs of all projects of an organization ${description}`,
  parameters: { path: pathParameters.organization, query },
  ...list,
};

interface ListQuery {
  readonly page_limit: number;
  readonly cursor?: string;
  readonly fields: readonly ExportGroup[];
  readonly order_by: RunOrder;
  /** Only in lists of projects. */
  readonly task_id?: string;
  /** Filter parameters, which their schemas check. */
  readonly [parameter: string]: unknown;
}

export function createListRuns(estimator: RestEstimator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { page_limit, cursor, fields, order_by, task_id: taskOfQuery = null, ...query } = request.query as ListQuery;
    const { org_id, project_id, task_id = taskOfQuery } = request.params as RunsPathParams;
    const input = { orgId: org_id, projectId: project_id, taskId: task_id, filter: readFilterParameters(query) };
    const { scope } = request;
    const form = toRunForm(fields);
    const { selection, scopeKind, costlyFields } = form;
    await scope.budget.cost.admit(estimator.page({ ...input, orderBy: order_by }, page_limit, costlyFields));
    const position = { orderBy: order_by, first: page_limit, after: cursor ?? null };
    const page = await scope.services.lists
      .list({ ...input, ...position, scopeKind }, { selection, count: false })
      .catch(rethrowInRestNames('cursor'));
    const results = await Promise.all(page.runs.map((run) => writeRunOrNull(run, scope, form)));
    const pagination = JSON.stringify({
      next_cursor: page.hasNext && page.end !== null ? page.cursors.encode(page.end) : null,
      has_next: page.hasNext,
      page_limit,
      scan_complete: page.scannedTo === null,
    });
    return sendJson(request, reply, `{"results":[${results.join()}],"pagination":${pagination}}`);
  };
}
