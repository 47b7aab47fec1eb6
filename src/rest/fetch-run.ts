// `GET …/run/{task_run_id}`: the record the upstream document describes.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileLinks } from '../files/file-links.js';
import { RunPart, type RunSelection } from '../task-runs/run-parts.js';
import { entityTagOf, isKnownVersion } from './entity-tag.js';
import type { Operation } from './operation.js';
import { type RunPathParams, toRunPath } from './run-path-params.js';
import { presentRun } from './run-presenter.js';
import { runPathParameters } from './schemas.js';

export const fetchRunOperation: Operation = {
  path: '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}',
  operationId: 'fetchTaskRun',
  summary: 'Fetch a Task Run',
  description: 'The complete record of one task execution.',
  parameters: { path: runPathParameters, query: {} },
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The task run.',
      headers: { ETag: { description: 'Of this version, for If-None-Match.', schema: { type: 'string' } } },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/TaskRun' } } },
    },
    304: { description: 'The version that If-None-Match names is still the current one.' },
  },
  errors: [400, 401, 403, 404, 503],
};

/** All there is; `submitted` stands inside `run_data`. */
const everything: RunSelection = {
  parts: RunPart.details | RunPart.response | RunPart.runData | RunPart.reportingGroup | RunPart.files,
  picks: [],
};

/**
 * @param links must sign the same link for the same file over a while: the entity tag covers the links, so that a client
 *   that is told its copy is current has links that work
 */
export function createFetchRun(links: FileLinks) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { taskRuns } = request;
    const run = await taskRuns.runByPath(toRunPath(request.params as RunPathParams), everything);
    const files = await taskRuns.filesOf(run);
    const body = presentRun(run, {
      reportingGroup: await taskRuns.reportingGroupOf(run),
      files,
      downloadUrls:
        files.length === 0 ? [] : await Promise.all(files.map((file) => links.linkTo(file, { inline: false }))),
    });
    const etag = entityTagOf(body);
    // To be kept, but never used again without asking: the permission may be gone.
    reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (isKnownVersion(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.header('content-type', 'application/json; charset=utf-8').send(body);
  };
}
