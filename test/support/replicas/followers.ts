// Followers of changes that resume where they stopped whenever a stream ends, and record how it ended.

import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ObservedChanges } from '../torture/observed-changes.js';
import { type StreamEvent, serverSentRuns } from '../torture/read-streams.js';

/** Yields events until the stream ends. @returns how it ended */
type OpenStream = (after: string) => AsyncGenerator<StreamEvent, string>;

interface Following {
  readonly observed: ObservedChanges;
  /** How each stream except the last one ended. */
  readonly ends: readonly string[];
  readonly gaps: number;
}

/**
 * @param first the cursor at which to begin
 * @param isOver whether everything is written and settled; the first heartbeat of a stream that begins after that marks
 * the end, because earlier ones may have been in transit
 */
export async function follow(first: string, isOver: () => boolean, open: OpenStream): Promise<Following> {
  const observed = new ObservedChanges();
  const ends: string[] = [];
  let after = first;
  let gaps = 0;
  for (;;) {
    const isLast = isOver();
    const events = open(after);
    for (;;) {
      const { done, value } = await events.next();
      if (done) {
        ends.push(value);
        break;
      }
      if (value.previousCursor !== undefined && value.previousCursor !== after) gaps += 1;
      after = value.cursor;
      if (value.run !== null) observed.add(value.run, value.cursor);
      else if (isOver()) {
        await events.return('');
        if (isLast) return { observed, ends, gaps };
        break;
      }
    }
  }
}

/** Follows changes over REST, as server-sent events. */
export function byServerSentEvents(url: string, token: string): OpenStream {
  return async function* (after) {
    const controller = new AbortController();
    try {
      const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'last-event-id': after };
      yield* serverSentRuns(await fetch(url, { headers, signal: controller.signal }));
      return 'ended';
    } catch (error) {
      return `failed: ${error}`;
    } finally {
      controller.abort();
    }
  };
}

/** Follows the subscription `query` with the variable `after`. */
export function byWebSocket(url: string, token: string, query: string): OpenStream {
  return async function* (after) {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    try {
      const events = client.iterate<{ taskRunChanged: StreamEvent }>({ query, variables: { after } });
      for await (const { data, errors } of events) {
        if (errors) return `errors: ${JSON.stringify(errors)}`;
        yield data!.taskRunChanged;
      }
      return 'completed';
    } catch (event) {
      return `closed with ${(event as { readonly code?: number }).code}`;
    } finally {
      await client.dispose();
    }
  };
}
