// `GET …/task/{task_id}/run/changes`, `GET …/project/{project_id}/task_run/changes` and `GET
// …/org/{org_id}/task_run/changes`: return the changes since a cursor.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { restErrorBody } from '../errors/rest-error-body.js';
import type { ExportGroup } from '../export/export-columns.js';
import { preferredRestType } from '../graphql/operation/media-type.js';
import { followStream, whenResponseEnds } from '../http/connections.js';
import { limits } from '../limits.js';
import { type RequestScope, scopeOfChange } from '../request/scope.js';
import type { OpenStreams } from '../streams/open-streams.js';
import {
  countedEvent,
  eventStreamHeaders,
  eventStreamType,
  serverSentEvent,
  streamOpening,
} from '../streams/server-sent-events.js';
import type { FollowedChange } from '../task-runs/changes/follow-changes.js';
import type { RunChangesInput } from '../task-runs/changes/run-changes.service.js';
import {
  filterParameters,
  lastEventIdHeader,
  readFilterParameters,
  rethrowInRestNames,
} from './lists/filter-parameters.js';
import { readErrors } from './openapi/error-statuses.js';
import type { Operation } from './openapi/operation.js';
import { pageLimit, pathParameters, type RunsPathParams, runsPaths } from './parameters.js';
import { jsonResponses, sendJson } from './send-json.js';
import { fieldsParameter, type RunForm, toRunForm, writeDeletion, writeRunOrNull } from './write-run.js';

const changesNames = {
  task: ['listTaskRunChanges', 'a Task'],
  project: ['listProjectTaskRunChanges', 'a Project'],
  organization: ['listOrganizationTaskRunChanges', 'an Organization'],
} as const;

const changesOperationOf = (of: keyof typeof runsPaths): Operation => ({
  path: `${runsPaths[of]}/changes`,
  operationId: changesNames[of][0],
  summary: `List Changes to the Runs of ${changesNames[of][1]}`,
  tag: 'Changes',
  description:
    'Returns the runs that the caller may see and that were inserted or changed after a cursor, in the order ' +
    'of cursors. Each version of a run is returned at most once, and its newest version exactly once. No ' +
    'change is added before a cursor that was already returned. A run that was deleted, or moved away, is returned ' +
    'once, as null with `deleted`, regardless of the filter, if the caller may see all runs of its task or has ' +
    'executed it. A run is also null if it cannot be shown. As `text/event-stream`, changes are sent as they are committed, starting now if ' +
    '`after` is omitted. Each change is a `run` event, and each deletion a `deleted` event. A `heartbeat` event is sent after 15 seconds without a ' +
    'change. An `error` event is the last event. The id of an event is its cursor, and `Last-Event-ID` resumes ' +
    'after it.',
  parameters: {
    path: pathParameters[of],
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
        description: 'The time in seconds to wait for a change.',
      },
      fields: fieldsParameter,
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

export const taskChangesOperation = changesOperationOf('task');
export const projectChangesOperation = changesOperationOf('project');
export const organizationChangesOperation = changesOperationOf('organization');

interface ChangesQuery {
  readonly page_limit: number;
  readonly after?: string;
  readonly wait: number;
  readonly fields: readonly ExportGroup[];
  /** Filter parameters, which their schemas check. */
  readonly [parameter: string]: unknown;
}

/** Responds with a page as JSON, or with a stream of events. */
export function createRunChanges(streams: OpenStreams) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { org_id, project_id, task_id = null } = request.params as RunsPathParams;
    const { page_limit, after, wait, fields, ...query } = request.query as ChangesQuery;
    const form = toRunForm(fields);
    const path = {
      orgId: org_id,
      projectId: project_id,
      taskId: task_id,
      filter: readFilterParameters(query),
      scopeKind: form.scopeKind,
    };
    if (wantsEvents(request)) return streamRunChanges({ ...path, after: after || null }, form, request, reply, streams);
    const input = { ...path, after: after ?? null, first: page_limit, wait };
    if (wait > 0) request.incoming.isLongPoll = true;
    const { scope } = request;
    const { changes, endCursor, hasMore } = await scope.services.changes
      .page(input, form.selection)
      .catch(rethrowInRestNames('after'));
    const results = await Promise.all(
      changes.map(async ({ cursor, run, deleted }) => {
        const text =
          run === null ? `null,"deleted":${writeDeletion(deleted!)}` : await writeRunOrNull(run, scope, form);
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

/**
 * Sends changes as server-sent events.
 * @throws GatewayError as `OpenStreams.open` does, and as following changes does before its first event
 */
async function streamRunChanges(
  input: RunChangesInput,
  form: RunForm,
  request: FastifyRequest,
  reply: FastifyReply,
  streams: OpenStreams,
): Promise<FastifyReply> {
  const { caller, services } = request.scope;
  const stream = streams.open(caller.id, 'rest');
  whenResponseEnds(reply.raw, stream.end);
  followStream(request.raw.socket, stream.signal);
  const lastEventId = request.headers[lastEventIdHeader] as string | undefined;
  const resumePosition = lastEventId ? { ...input, after: lastEventId } : input;
  const changeStream = await services.changes
    .follow(resumePosition, form.selection, stream.signal)
    .catch(rethrowInRestNames(lastEventId ? lastEventIdHeader : 'after'));
  reply.headers(eventStreamHeaders);
  if (request.method === 'HEAD') return reply.send();
  const { audit } = request.scope;
  const operation = request.routeOptions.url;
  await audit?.record({ entry: 'rest', operation, bytes: 0 });
  return reply.send(Readable.from(write(), { highWaterMark: 0 }));

  async function* write(): AsyncGenerator<string> {
    yield streamOpening;
    try {
      for await (const change of changeStream) {
        await stream.enterWriteQueue();
        const text = await writeChange(change, request.scope, form);
        await audit?.record({ entry: 'rest', operation, bytes: Buffer.byteLength(text) });
        const event = countedEvent(text, reply);
        change.startSending();
        yield event;
      }
    } catch (error) {
      if (!stream.signal.aborted) yield serverSentEvent('error', restErrorBody(recorded(error, request)));
    } finally {
      stream.end();
    }
  }
}

async function writeChange(change: FollowedChange, scope: RequestScope, form: RunForm): Promise<string> {
  const { cursor, run, deleted } = change;
  if (deleted !== null) return serverSentEvent('deleted', writeDeletion(deleted), cursor);
  if (run === null) return serverSentEvent('heartbeat', '{}', cursor);
  return serverSentEvent('run', await writeRunOrNull(run, scopeOfChange(scope, change), form), cursor);
}

/** Records an error that is sent as an event, because the response has already begun. */
function recorded(error: unknown, { id, incoming }: FastifyRequest): GatewayError {
  const known = error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR', { requestId: id });
  if (known !== error) incoming.log.error({ err: error }, 'event stream failed');
  incoming.recordError(known);
  return known;
}
