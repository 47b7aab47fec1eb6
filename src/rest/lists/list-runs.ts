// `GET …/task/{task_id}/run` and `GET …/project/{project_id}/task_run`: runs page by page, newest first, or all of them
// as an export.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileLinks } from '../../files/file-links.js';
import type { RunListService } from '../../task-runs/lists/run-list.service.js';
import type { FilterRow, FilterType } from '../../task-runs/scope/filter-row.js';
import { runFilters } from '../../task-runs/scope/run-filters.js';
import { readErrors } from '../openapi/error-statuses.js';
import type { JsonSchema, Operation } from '../openapi/operation.js';
import { idSchema, runPathParameters } from '../openapi/schemas.js';
import { pageLimit } from '../page-limit.js';
import { failWithNames } from '../rest-names.js';
import type { RunPathParams } from '../run-path-params.js';
import { jsonResponses, sendJson } from '../send-json.js';
import { wholeRun, writeRunOrNull } from '../write-run.js';
import {
  type createExportRuns,
  exportContent,
  exportHeaders,
  exportParameters,
  preferredExport,
} from './export-runs.js';

const { task_run_id: _runs, ...taskPathParameters } = runPathParameters;
const { task_id: _tasks, ...projectPathParameters } = taskPathParameters;

const schemaOfType: { readonly [Type in FilterType]?: JsonSchema } = {
  ID: idSchema,
  String: { type: 'string' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  // Of any form that names a moment, or relative: checked by the filter.
  DateTime: { type: 'string' },
  TaskRunStatus: { type: 'string', enum: ['ALL', 'SUCCESS', 'FAIL'], default: 'ALL' },
};

const filters = Object.entries(runFilters).flatMap(([filter, row]: [string, FilterRow<unknown>]) => {
  const { restParameter: name, type, description } = row;
  if (name === undefined) return [];
  const schema = schemaOfType[type];
  if (!schema) throw new Error(`The filter ${filter} has no form of a query parameter.`);
  return [{ filter, name, schema: { ...schema, description } }];
});

const page = jsonResponses('A page of task runs, or all of them as text.', 'TaskRunPage');

/** What both lists have in common. */
const list = {
  security: [{ bearer: [] }],
  responses: {
    ...page,
    200: {
      ...page[200],
      headers: { ...page[200].headers, ...exportHeaders },
      content: { ...page[200].content, ...exportContent },
    },
  },
  errors: readErrors,
};

const description =
  'that the caller may see, newest first. A run is null if a stored value of it cannot be shown, or if it holds more ' +
  'JSON than the response may still hold. By Accept, an export: all of them, in the order of their changes.';

const query = {
  page_limit: pageLimit('runs'),
  cursor: { type: 'string', description: '`next_cursor` of the previous page, requested with the same filter.' },
  ...Object.fromEntries(filters.map(({ name, schema }) => [name, schema])),
  ...exportParameters,
};

export const listRunsOperation: Operation = {
  path: '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run',
  operationId: 'listTaskRuns',
  summary: 'List Task Runs',
  description: `The runs of a task ${description}`,
  parameters: { path: taskPathParameters, query },
  ...list,
};

export const listProjectRunsOperation: Operation = {
  path: '/api/v1/org/{org_id}/project/{project_id}/task_run',
  operationId: 'listProjectTaskRuns',
  summary: 'List Task Runs of a Project',
  description: `The runs of all tasks of a project ${description}`,
  parameters: { path: projectPathParameters, query },
  ...list,
};

type ListParams = Omit<RunPathParams, 'task_id' | 'task_run_id'> & { readonly task_id?: string };

interface ListQuery {
  readonly page_limit: number;
  readonly cursor?: string;
  readonly after?: string;
  readonly fields?: string;
  /** The filters' parameters, checked by their schemas. */
  readonly [parameter: string]: unknown;
}

export interface ListRunsOptions {
  /** As for `createFetchRun`. */
  readonly links: FileLinks;
  readonly openRunLists: (request: FastifyRequest) => RunListService;
  readonly exportRuns: ReturnType<typeof createExportRuns>;
}

export function createListRuns({ links, openRunLists, exportRuns }: ListRunsOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { org_id, project_id, task_id = null } = request.params as ListParams;
    const { page_limit, cursor, after, fields, ...query } = request.query as ListQuery;
    const given = filters.filter(({ name }) => query[name] !== undefined);
    const filter = Object.fromEntries(given.map(({ filter, name }) => [filter, query[name]]));
    const input = { orgId: org_id, projectId: project_id, taskId: task_id, filter };
    reply.header('vary', 'accept');
    const mediaType = preferredExport(request);
    if (mediaType !== null) {
      const wanted = { mediaType, fields, input: { ...input, after: after ?? null } };
      return exportRuns(request, reply, wanted).catch(failInRestNames('after'));
    }
    const page = { orderBy: 'CREATED_DESC', first: page_limit, after: cursor ?? null } as const;
    const list = await openRunLists(request)
      .list({ ...input, ...page }, { selection: wholeRun, count: false })
      .catch(failInRestNames('cursor'));
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

/** Cursors and filters, which the schema cannot check. @param after the query parameter of the cursor */
function failInRestNames(after: string) {
  return failWithNames(([argument, name]) =>
    argument === 'after' ? after : filters.find(({ filter }) => filter === name)?.name,
  );
}
