// Joins the reads of all requests in flight: while a few statements are under way, what arrives meanwhile forms the
// next one. Nothing is remembered, and every key carries its own subject, so no answer reaches another caller.

import { GatewayError } from '../errors/gateway-error.js';

type ReadMany<Key, Answer> = (keys: readonly Key[]) => Promise<readonly Answer[]>;

interface SharedReadLimits {
  /** Statements under way at a time. */
  readonly statements: number;
  /** While a statement is under way, a further one is sent for so many keys at least; fewer wait for more. */
  readonly fewestKeys: number;
  /** They wait no longer: a statement that is slow, or lost with its connection, must not hold up everyone. */
  readonly patienceMs: number;
  /** A read that waited longer is refused: the database is away, or does not keep up. */
  readonly longestWaitMs: number;
  /** Keys that reads are joined up to; one read with more goes by itself. */
  readonly keys: number;
}

export interface DatabaseLimits {
  /** How many statements the database works on at a time. */
  readonly connections: number;
  /** Time limit of one statement, and of waiting for one. */
  readonly timeoutMs: number;
}

/** Far more than a statement takes that goes well. */
const patienceMs = 20;

/** @param ofKeys.share of the connections, by default half; where there are several, one at least is left to other reads */
export function sharedReadLimits(
  { connections, timeoutMs }: DatabaseLimits,
  { share = 0.5, ...ofKeys }: Pick<SharedReadLimits, 'keys' | 'fewestKeys'> & { readonly share?: number },
): SharedReadLimits {
  const statements = Math.max(1, Math.min(Math.ceil(connections * share), connections - 1));
  return { ...ofKeys, statements, patienceMs, longestWaitMs: timeoutMs };
}

interface PendingRead<Key, Answer> {
  readonly keys: readonly Key[];
  readonly askedAt: number;
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A lone read is sent at once, as it is.
 * @param kindOf what the keys of one read have in common with those of others that they can be read with
 */
export function createSharedReads<Key, Answer>(
  readMany: ReadMany<Key, Answer>,
  limits: SharedReadLimits,
  kindOf: (keys: readonly Key[]) => unknown = () => null,
): ReadMany<Key, Answer> {
  let pending: PendingRead<Key, Answer>[] = [];
  let pendingKeys = 0;
  let underWay = 0;
  let alarm: NodeJS.Timeout | undefined;

  return (keys) =>
    new Promise((resolve, reject) => {
      pending.push({ keys, askedAt: performance.now(), resolve, reject });
      pendingKeys += keys.length;
      sendWhileFree();
    });

  function sendWhileFree(): void {
    refuseOverdue();
    while (pending.length > 0 && maySend()) {
      underWay += 1;
      void answer(takeJoined()).finally(() => {
        underWay -= 1;
        sendWhileFree();
      });
    }
    if (pending.length === 0 || underWay === limits.statements || alarm !== undefined) return;
    alarm = setTimeout(() => {
      alarm = undefined;
      sendWhileFree();
    }, limits.patienceMs).unref();
  }

  function maySend(): boolean {
    if (underWay === 0) return true;
    return underWay < limits.statements && (pendingKeys >= limits.fewestKeys || hasWaited(limits.patienceMs));
  }

  function hasWaited(milliseconds: number): boolean {
    return performance.now() - pending[0]!.askedAt >= milliseconds;
  }

  function refuseOverdue(): void {
    while (pending.length > 0 && hasWaited(limits.longestWaitMs)) {
      const { keys, reject } = pending.shift()!;
      pendingKeys -= keys.length;
      reject(new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }));
    }
  }

  /** The longest waiting read, and those that can be read with it. */
  function takeJoined(): PendingRead<Key, Answer>[] {
    const kind = kindOf(pending[0]!.keys);
    const joined: PendingRead<Key, Answer>[] = [];
    const others: PendingRead<Key, Answer>[] = [];
    let keys = 0;
    let isFull = false;
    for (const read of pending) {
      const isOfKind = kindOf(read.keys) === kind;
      isFull ||= isOfKind && joined.length > 0 && keys + read.keys.length > limits.keys;
      const fits = isOfKind && !isFull;
      (fits ? joined : others).push(read);
      if (fits) keys += read.keys.length;
    }
    pending = others;
    pendingKeys -= keys;
    return joined;
  }

  async function answer(reads: readonly PendingRead<Key, Answer>[]): Promise<void> {
    try {
      const answers = await readMany(reads.length === 1 ? reads[0]!.keys : reads.flatMap((read) => read.keys));
      let start = 0;
      for (const { keys, resolve } of reads) {
        resolve(answers.slice(start, start + keys.length));
        start += keys.length;
      }
    } catch (error) {
      if (reads.length === 1 || error instanceof GatewayError) {
        for (const { reject } of reads) reject(error);
        return;
      }
      // One read broke the statement: the others must not pay for it.
      for (const read of reads) await answer([read]);
    }
  }
}
