// Batches the reads of all requests in flight: while a few statements are running, what arrives meanwhile forms the
// next one. Nothing is cached, and every key carries its own subject, so no result reaches another caller.

import { GatewayError } from '../../errors/gateway-error.js';

type ReadMany<Key, Result> = (keys: readonly Key[]) => Promise<readonly Result[]>;

interface BatchLimits {
  /** Statements in flight at a time. */
  readonly maxInFlight: number;
  /** Keys that reads are batched up to; a read with more goes by itself. */
  readonly maxBatchSize: number;
  /** While a statement is in flight, a further one is sent for at least this many keys; fewer wait for more. */
  readonly minBatchSize: number;
  /** They wait no longer: a statement that is slow, or lost with its connection, must not block all others. */
  readonly maxBatchDelayMs: number;
  /** A read that waited longer is rejected: the database is down, or too slow. */
  readonly maxWaitMs: number;
}

export interface DatabaseLimits {
  /** How many statements the database runs at a time. */
  readonly connections: number;
  /** Time limit of one statement, and of waiting for one. */
  readonly timeoutMs: number;
}

/** Far more than a successful statement takes. */
const maxBatchDelayMs = 20;

/** @param options.share of the connections, by default half; of several, at least one is left to other reads */
export function batchLimits(
  { connections, timeoutMs }: DatabaseLimits,
  { share = 0.5, ...sizes }: Pick<BatchLimits, 'maxBatchSize' | 'minBatchSize'> & { readonly share?: number },
): BatchLimits {
  const maxInFlight = Math.max(1, Math.min(Math.ceil(connections * share), connections - 1));
  return { ...sizes, maxInFlight, maxBatchDelayMs, maxWaitMs: timeoutMs };
}

/** The sizes of what is read one by one. */
export const oneByOne = { maxBatchSize: 1, minBatchSize: 1 } as const;

interface PendingRead<Key, Result> {
  readonly keys: readonly Key[];
  readonly queuedAt: number;
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A single read is sent at once, by itself.
 * @param kindOf reads of the same kind can be batched
 */
export function createRequestBatcher<Key, Result>(
  readMany: ReadMany<Key, Result>,
  limits: BatchLimits,
  kindOf: (keys: readonly Key[]) => unknown = () => null,
): ReadMany<Key, Result> {
  let pending: PendingRead<Key, Result>[] = [];
  let pendingKeys = 0;
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;

  return (keys) =>
    new Promise((resolve, reject) => {
      pending.push({ keys, queuedAt: performance.now(), resolve, reject });
      pendingKeys += keys.length;
      sendWhileFree();
    });

  function sendWhileFree(): void {
    rejectOverdue();
    while (pending.length > 0 && maySend()) {
      inFlight += 1;
      void send(takeBatch()).finally(() => {
        inFlight -= 1;
        sendWhileFree();
      });
    }
    if (pending.length === 0 || inFlight === limits.maxInFlight || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      sendWhileFree();
    }, limits.maxBatchDelayMs).unref();
  }

  function maySend(): boolean {
    if (inFlight === 0) return true;
    return inFlight < limits.maxInFlight && (pendingKeys >= limits.minBatchSize || hasWaited(limits.maxBatchDelayMs));
  }

  function hasWaited(milliseconds: number): boolean {
    return performance.now() - pending[0]!.queuedAt >= milliseconds;
  }

  function rejectOverdue(): void {
    while (pending.length > 0 && hasWaited(limits.maxWaitMs)) {
      const { keys, reject } = pending.shift()!;
      pendingKeys -= keys.length;
      reject(new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }));
    }
  }

  /** The longest waiting read, and those that can be read with it. */
  function takeBatch(): PendingRead<Key, Result>[] {
    const kind = kindOf(pending[0]!.keys);
    const batch: PendingRead<Key, Result>[] = [];
    const others: PendingRead<Key, Result>[] = [];
    let size = 0;
    let isFull = false;
    for (const read of pending) {
      const isOfKind = kindOf(read.keys) === kind;
      isFull ||= isOfKind && batch.length > 0 && size + read.keys.length > limits.maxBatchSize;
      const fits = isOfKind && !isFull;
      (fits ? batch : others).push(read);
      if (fits) size += read.keys.length;
    }
    pending = others;
    pendingKeys -= size;
    return batch;
  }

  async function send(reads: readonly PendingRead<Key, Result>[]): Promise<void> {
    try {
      const results = await readMany(reads.length === 1 ? reads[0]!.keys : reads.flatMap((read) => read.keys));
      let start = 0;
      for (const { keys, resolve } of reads) {
        resolve(results.slice(start, start + keys.length));
        start += keys.length;
      }
    } catch (error) {
      if (reads.length === 1 || error instanceof GatewayError) {
        for (const { reject } of reads) reject(error);
        return;
      }
      // One read made the statement fail: the others must not fail with it.
      for (const read of reads) await send([read]);
    }
  }
}
