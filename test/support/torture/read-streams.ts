// Readers of streams, which are occasionally left or interrupted by others, and resumed after the last cursor.

import { setTimeout } from 'node:timers/promises';
import { type DeletedRun, idOfDeleted, ObservedChanges, type RunState } from './observed-changes.js';

export interface StreamEvent {
  readonly cursor: string;
  readonly previousCursor?: string;
  /** The run; `null` for a heartbeat. */
  readonly run: RunState | null;
  readonly deleted?: DeletedRun | null;
}

export interface StreamReading {
  readonly observed: ObservedChanges;
  readonly gaps: number;
  readonly resumed: number;
}

/**
 * @param first the cursor at which to begin
 * @param isOver whether everything is written and settled; the first heartbeat of a stream that begins after that marks
 * the end
 */
export async function readStream(
  isOver: () => boolean,
  first: string,
  random: () => number,
  open: (after: string, signal: AbortSignal) => AsyncIterable<StreamEvent>,
): Promise<StreamReading> {
  const observed = new ObservedChanges();
  let after = first;
  let gaps = 0;
  for (let resumed = 0; ; resumed += 1) {
    const isLast = isOver();
    const controller = new AbortController();
    if (!isLast) void setTimeout(500 + 3000 * random()).then(() => controller.abort());
    try {
      for await (const { cursor, previousCursor, run, deleted } of open(after, controller.signal)) {
        if (previousCursor !== undefined && previousCursor !== after) gaps += 1;
        after = cursor;
        if (run !== null) observed.add(run, cursor);
        else if (deleted) observed.addDeletion(idOfDeleted(deleted), cursor);
        else if (isLast) return { observed, gaps, resumed };
      }
    } catch {
      // Interrupted, either by this reader or by others.
    }
    controller.abort();
    await setTimeout(50);
  }
}

/** Yields the events of a `text/event-stream` whose data are runs. */
export async function* serverSentRuns(response: Response): AsyncGenerator<StreamEvent> {
  if (!response.ok) throw new Error(`${response.status}`);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: ?(.*)/s) as [string, string]),
      );
      text = text.slice(end + 2);
      if (fields.event === 'error') throw new Error(fields.data);
      if (fields.event === 'run') yield { cursor: fields.id!, run: JSON.parse(fields.data!) };
      if (fields.event === 'deleted') yield { cursor: fields.id!, run: null, deleted: JSON.parse(fields.data!) };
      if (fields.event === 'heartbeat') yield { cursor: fields.id!, run: null };
    }
  }
}

/** Reads exports, each of which continues at the end of the previous one. */
export async function readExports(
  isOver: () => boolean,
  request: (after: string | null) => Promise<Response>,
): Promise<{ observed: ObservedChanges; exports: number }> {
  const observed = new ObservedChanges();
  let after: string | null = null;
  for (let exports = 1; ; exports += 1) {
    const isLast = isOver();
    try {
      const response = await request(after);
      if (!response.ok) throw new Error(`${response.status}`);
      // An interrupted export fails here, and none of it counts.
      const text = await response.text();
      for (const line of text.split('\n').slice(0, -1)) {
        const row = JSON.parse(line);
        if (row.deleted) observed.addDeletion(row.id);
        else observed.add(row);
      }
      after = response.headers.get('x-watermark')!;
      if (isLast) return { observed, exports };
    } catch {
      // The gateway or the database is unavailable.
    }
    await setTimeout(300);
  }
}
