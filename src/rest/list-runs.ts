// `GET …/task/{task_id}/run`: a task's runs page by page, newest first.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileLinks } from '../files/file-links.js';
import type { RunListService } from '../task-runs/lists/run-list.service.js';
import type { FilterRow, FilterType } from '../task-runs/scope/filter-row.js';
import { runFilters } from '../task-runs/scope/run-filters.js';
import { readErrors } from './openapi/error-statuses.js';
import type { JsonSchema, Operation } from './openapi/operation.js';
import { idSchema, runPathParameters } from './openapi/schemas.js';
import { pageLimit } from './page-limit.js';
import { failWithNames } from './rest-names.js';
import type { RunPathParams } from './run-path-params.js';
import { jsonResponses, sendJson } from './send-json.js';
import { wholeRun, writeRunOrNull } from './write-run.js';

const { task_run_id: _runs, ...taskPathParameters } = runPathParameters;

const schemaOfType: { readonly [Type in FilterType]?: JsonSchema } = {
  ID: idSchema,
  String: { type: 'string' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  TaskRunStatus: { type: 'string', enum: ['SUCCESS', 'FAIL'] },
};

const filters = Object.entries(runFilters).flatMap(([filter, row]: [string, FilterRow<unknown>]) => {
  const { restParameter: name, type, description } = row;
  if (name === undefined) return [];
  const schema = schemaOfType[type];
  if (!schema) throw new Error(`The filter ${filter} has no form of a query parameter.`);
  return [{ filter, name, schema: { ...schema, description } }];
});

export const listRunsOperation: Operation = {
  path: '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run',
  operationId: 'listTaskRuns',
  summary: 'List Task Runs',
  description:
    'The runs of a task that the caller may see, newest first. A run is null if a stored value of it cannot be shown, ' +
    'or if it holds more JSON than the response may still hold.',
  parameters: {
    path: taskPathParameters,
    query: {
      page_limit: pageLimit('runs'),
      cursor: { type: 'string', description: '`next_cursor` of the previous page, requested with the same filter.' },
      ...Object.fromEntries(filters.map(({ name, schema }) => [name, schema])),
    },
  },
  security: [{ bearer: [] }],
  responses: jsonResponses('A page of task runs.', 'TaskRunPage'),
  errors: readErrors,
};

interface ListQuery {
  readonly page_limit: number;
  readonly cursor?: string;
}

/** @param links as for `createFetchRun` */
export function createListRuns(links: FileLinks, openRunLists: (request: FastifyRequest) => RunListService) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { org_id, project_id, task_id } = request.params as RunPathParams;
    const { page_limit, cursor, ...query } = request.query as ListQuery & Readonly<Record<string, unknown>>;
    const given = filters.filter(({ name }) => query[name] !== undefined);
    const filter = Object.fromEntries(given.map(({ filter, name }) => [filter, query[name]]));
    const page = { orderBy: 'CREATED_DESC', first: page_limit, after: cursor ?? null } as const;
    const list = await openRunLists(request)
      .list(
        { orgId: org_id, projectId: project_id, taskId: task_id, filter, ...page },
        { selection: wholeRun, count: false },
      )
      .catch(failInRestNames);
    const results = await Promise.all(list.runs.map((run) => writeRunOrNull(run, request, links)));
    const last = list.runs.at(-1);
    const pagination = JSON.stringify({
      next_cursor: list.hasNext && last !== undefined ? list.cursors.encode(last) : null,
      has_next: list.hasNext,
      page_limit,
    });
    return sendJson(request, reply, `{"results":[${results.join()}],"pagination":${pagination}}`);
  };
}

/** Cursors and filters, which the schema cannot check. */
const failInRestNames = failWithNames((loc) =>
  loc[0] === 'after' ? 'cursor' : filters.find(({ filter }) => filter === loc[1])?.name,
);
