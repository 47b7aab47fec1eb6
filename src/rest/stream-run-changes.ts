// Sends changes as server-sent events, for requests with `Accept: text/event-stream`.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { restErrorBody } from '../errors/rest-error-body.js';
import { whenResponseEnds } from '../http/connections.js';
import { type RequestScope, scopeOfChange } from '../request/scope.js';
import type { OpenStreams } from '../streams/open-streams.js';
import { countedEvent, eventStreamHeaders, serverSentEvent, streamOpening } from '../streams/server-sent-events.js';
import type { FollowedChange } from '../task-runs/changes/follow-changes.js';
import type { RunChangesInput } from '../task-runs/changes/run-changes.service.js';
import { lastEventIdHeader, rethrowInRestNames } from './lists/filter-parameters.js';
import { fullRunSelection, writeDeletion, writeRunOrNull } from './write-run.js';

/** @throws GatewayError as `OpenStreams.open`, and as following changes before its first event */
export async function streamRunChanges(
  input: RunChangesInput,
  request: FastifyRequest,
  reply: FastifyReply,
  streams: OpenStreams,
): Promise<FastifyReply> {
  const { caller, services } = request.scope;
  const stream = streams.open(caller.id, 'rest');
  whenResponseEnds(reply.raw, stream.end);
  const lastEventId = request.headers[lastEventIdHeader] as string | undefined;
  const resumePosition = lastEventId ? { ...input, after: lastEventId } : input;
  const changeStream = await services.changes
    .follow(resumePosition, fullRunSelection, stream.signal)
    .catch(rethrowInRestNames(lastEventId ? lastEventIdHeader : 'after'));
  reply.headers(eventStreamHeaders);
  if (request.method === 'HEAD') return reply.send();
  return reply.send(Readable.from(write(), { highWaterMark: 0 }));

  async function* write(): AsyncGenerator<string> {
    yield streamOpening;
    try {
      for await (const change of changeStream) {
        await stream.enterWriteQueue();
        const event = countedEvent(await writeChange(change, request.scope), reply);
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

async function writeChange(change: FollowedChange, scope: RequestScope): Promise<string> {
  const { cursor, run, deleted } = change;
  if (deleted !== null) return serverSentEvent('deleted', writeDeletion(deleted), cursor);
  if (run === null) return serverSentEvent('heartbeat', '{}', cursor);
  return serverSentEvent('run', await writeRunOrNull(run, scopeOfChange(scope, change)), cursor);
}

/** Records the error, which is sent as an event, because the response has begun. */
function recorded(error: unknown, { id, logFields }: FastifyRequest): GatewayError {
  const known = error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR', { requestId: id });
  if (known !== error) logFields.log.error({ err: error }, 'A stream has failed.');
  logFields.recordError(known);
  return known;
}
