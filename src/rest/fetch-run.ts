// `GET …/run/{task_run_id}`, with the run's full path or only its id, returns the record described in docs/rest.md.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { forbidden, isHidden } from '../errors/gateway-error.js';
import { readErrors } from './openapi/error-statuses.js';
import type { Operation } from './openapi/operation.js';
import { pathParameters, paths, type RunPathParams, toRunPath } from './parameters.js';
import { jsonResponses, sendJson } from './send-json.js';
import { fullRun, writeRun } from './write-run.js';

export const fetchRunOperation: Operation = {
  path: paths.run,
  operationId: 'fetchTaskRun',
  tag: 'Task runs',
  summary: 'Fetch a Task Run',
  description: 'The complete record of one task execution.',
  parameters: { path: pathParameters.run, query: {} },
  security: [{ bearer: [] }],
  responses: jsonResponses('The task run.', 'TaskRun'),
  errors: readErrors,
};

export const fetchRunByIdOperation: Operation = {
  ...fetchRunOperation,
  path: '/api/v1/run/{task_run_id}',
  operationId: 'fetchTaskRunById',
  summary: 'Fetch a Task Run by its id only',
  description: 'The same record. A run that does not exist and a run that the caller may not see have the same error.',
  parameters: { path: { task_run_id: pathParameters.run.task_run_id }, query: {} },
  errors: readErrors.filter((status) => status !== 404),
};

export async function fetchRun(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { scope, params } = request;
  const run = await scope.services.taskRuns.runByPath(
    toRunPath(params as RunPathParams),
    fullRun.selection,
    fullRun.scopeKind,
  );
  return sendJson(request, reply, await writeRun(run, scope));
}

export async function fetchRunById(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { scope, params } = request;
  const { task_run_id: id } = params as Pick<RunPathParams, 'task_run_id'>;
  const run = await scope.services.taskRuns
    .runById(id, fullRun.selection, fullRun.scopeKind)
    .catch((error: unknown) => {
      throw isHidden(error) ? forbidden({ id }, 'node') : error;
    });
  return sendJson(request, reply, await writeRun(run, scope));
}
