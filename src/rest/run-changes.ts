// `GET …/task/{task_id}/run/changes` and `GET …/project/{project_id}/task_run/changes`: returns the changes since a
// cursor.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredRestType } from '../graphql/operation/media-type.js';
import { limits } from '../limits.js';
import type { OpenStreams } from '../streams/open-streams.js';
import { eventStreamType } from '../streams/server-sent-events.js';
import { filterParameters, readFilterParameters, rethrowInRestNames } from './lists/filter-parameters.js';
import { readErrors } from './openapi/error-statuses.js';
import type { Operation } from './openapi/operation.js';
import { runPathParameters } from './openapi/schemas.js';
import { pageLimit } from './page-limit.js';
import type { RunPathParams } from './run-path-params.js';
import { jsonResponses, sendJson } from './send-json.js';
import { streamRunChanges } from './stream-run-changes.js';
import { fullRunSelection, writeDeletion, writeRunOrNull } from './write-run.js';

const { org_id, project_id, task_id } = runPathParameters;

const operation = (
  description: Pick<Operation, 'path' | 'operationId' | 'summary'>,
  path: Operation['parameters']['path'],
): Operation => ({
  ...description,
  tag: 'Changes',
  description:
    'Returns the runs that the caller may see and that were inserted or changed after a cursor, in the order ' +
    'of cursors. Each version of a run is returned at most once, and its newest version exactly once. No ' +
    'change is added before a cursor that was already returned. A run that was deleted, or moved away, is returned ' +
    'once, as null with `deleted`, whatever the filter, if the caller may see all runs of its task or has ' +
    'executed it. A run is also null if it cannot be shown. As `text/event-stream`, changes are sent as they are committed, starting now if ' +
    '`after` is omitted. Each is an event `run`, a deletion an event `deleted`. An event `heartbeat` is sent after 15 seconds without a ' +
    'change. An event `error` is the last event. The id of an event is its cursor; `Last-Event-ID` resumes ' +
    'after it.',
  parameters: {
    path,
    query: {
      page_limit: pageLimit('changes'),
      after: {
        type: 'string',
        description: 'Returns changes after this cursor. If omitted, a page starts with the first run.',
      },
      wait: {
        type: 'integer',
        minimum: 0,
        maximum: limits.changesWait.value,
        default: 0,
        description: 'The time in seconds to wait for a change if there is none yet.',
      },
      ...filterParameters,
    },
  },
  security: [{ bearer: [] }],
  responses: withEvents(jsonResponses('A page of changes.', 'TaskRunChangesPage')),
  errors: readErrors,
});

function withEvents({ 200: page, ...others }: ReturnType<typeof jsonResponses>) {
  const headers = {
    ...page.headers,
    'X-Accel-Buffering': {
      description: '`no`, for event streams: proxies must not buffer events.',
      type: 'string',
    },
  };
  const content = { ...page.content, [eventStreamType]: { schema: { type: 'string' } } };
  return { ...others, 200: { ...page, headers, content } };
}

export const taskChangesOperation = operation(
  {
    path: '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/changes',
    operationId: 'listTaskRunChanges',
    summary: 'List Changes of the Runs of a Task',
  },
  { org_id, project_id, task_id },
);

export const projectChangesOperation = operation(
  {
    path: '/api/v1/org/{org_id}/project/{project_id}/task_run/changes',
    operationId: 'listProjectTaskRunChanges',
    summary: 'List Changes of the Runs of a Project',
  },
  { org_id, project_id },
);

interface ChangesQuery {
  readonly page_limit: number;
  readonly after?: string;
  readonly wait: number;
  /** Parameters of filters, checked by their schemas. */
  readonly [parameter: string]: unknown;
}

/** Responds with a page as JSON, or with a stream of events. */
export function createRunChanges(streams: OpenStreams) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { org_id, project_id, task_id = null } = request.params as Partial<RunPathParams> & RunPathParams;
    const { page_limit, after, wait, ...query } = request.query as ChangesQuery;
    const path = { orgId: org_id, projectId: project_id, taskId: task_id, filter: readFilterParameters(query) };
    if (wantsEvents(request)) return streamRunChanges({ ...path, after: after || null }, request, reply, streams);
    const input = { ...path, after: after ?? null, first: page_limit, wait };
    const { scope } = request;
    const { changes, endCursor, hasMore } = await scope.services.changes
      .page(input, fullRunSelection)
      .catch(rethrowInRestNames('after'));
    const results = await Promise.all(
      changes.map(async ({ cursor, run, deleted }) => {
        const text = run === null ? `null,"deleted":${writeDeletion(deleted!)}` : await writeRunOrNull(run, scope);
        return `{"cursor":"${cursor}","run":${text}}`;
      }),
    );
    const pagination = JSON.stringify({ next_cursor: endCursor, has_next: hasMore, page_limit });
    return sendJson(request, reply, `{"results":[${results.join()}],"pagination":${pagination}}`);
  };
}

function wantsEvents(request: FastifyRequest): boolean {
  return preferredRestType(request.headers.accept, ['application/json', eventStreamType]) === eventStreamType;
}
