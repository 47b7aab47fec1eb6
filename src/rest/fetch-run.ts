// `GET …/run/{task_run_id}`, by the path of a run or by its id alone: returns the record that docs/rest.md describes.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { forbidden, isHidden } from '../errors/gateway-error.js';
import type { FileLinks } from '../files/file-links.js';
import { readErrors } from './openapi/error-statuses.js';
import type { Operation } from './openapi/operation.js';
import { runPathParameters } from './openapi/schemas.js';
import { type RunPathParams, toRunPath } from './run-path-params.js';
import { jsonResponses, sendJson } from './send-json.js';
import { fullRunSelection, writeRun } from './write-run.js';

export const fetchRunOperation: Operation = {
  path: '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}',
  operationId: 'fetchTaskRun',
  tag: 'Task runs',
  summary: 'Fetch a Task Run',
  description: 'The complete record of one task execution.',
  parameters: { path: runPathParameters, query: {} },
  security: [{ bearer: [] }],
  responses: jsonResponses('The task run.', 'TaskRun'),
  errors: readErrors,
};

export const fetchRunByIdOperation: Operation = {
  ...fetchRunOperation,
  path: '/api/v1/run/{task_run_id}',
  operationId: 'fetchTaskRunById',
  summary: 'Fetch a Task Run by its id alone',
  description: 'The same record. A run that does not exist and a run that the caller may not see have the same error.',
  parameters: { path: { task_run_id: runPathParameters.task_run_id }, query: {} },
  errors: readErrors.filter((status) => status !== 404),
};

/**
 * @param links must sign the same link for a file over a while. The entity tag covers the links, so that the links of a
 *   client's current copy work
 */
export function createFetchRun(links: FileLinks) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { taskRuns, params } = request;
    const run = await taskRuns.runByPath(toRunPath(params as RunPathParams), fullRunSelection);
    return sendJson(request, reply, await writeRun(run, request, links));
  };
}

/** @param links as for {@link createFetchRun} */
export function createFetchRunById(links: FileLinks) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { task_run_id: id } = request.params as Pick<RunPathParams, 'task_run_id'>;
    const run = await request.taskRuns.runById(id, fullRunSelection).catch((error: unknown) => {
      throw isHidden(error) ? forbidden({ id }, 'node') : error;
    });
    return sendJson(request, reply, await writeRun(run, request, links));
  };
}
