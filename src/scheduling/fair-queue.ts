// A lane's queue, which serves callers by deficit round robin. Each round grants credit, a statement's time is charged
// to the callers it served, and a caller in debt is skipped until later rounds have paid off the debt. Each caller's
// items are served first in, first out.

import { shareIdPrefix } from '../access/requester.js';

/** Milliseconds of statement time granted per round. */
const quantumMs = 5;

interface QueuedItem {
  readonly callerId: string;
}

interface CallerQueue<Item> {
  readonly callerId: string;
  items: Item[];
  creditMs: number;
  inFlight: number;
  /** Connections in use, including the caller's part of each shared statement. */
  held: number;
}

export class FairQueue<Item extends QueuedItem> {
  readonly #queues = new Map<string, CallerQueue<Item>>();
  /**
   * The callers' queues in the order of service. A map's order is not used, because V8 retains the old tables of a map
   * whose keys are moved.
   */
  #rotation: CallerQueue<Item>[] = [];
  /** The items of all callers, including those no longer awaited. */
  #size = 0;
  /** The reads of all links to runs that are being served. Kept as sums, because there may be any number of links. */
  readonly #links = { inFlight: 0, held: 0 };

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Whether any caller is waiting, being served, or in debt. */
  get hasCallers(): boolean {
    return this.#rotation.length > 0;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const { items } of this.#rotation) yield* items;
  }

  push(item: Item): void {
    this.#queueOf(item.callerId).items.push(item);
    this.#size += 1;
  }

  unshift(item: Item): void {
    this.#queueOf(item.callerId).items.unshift(item);
    this.#size += 1;
  }

  /** Removes items of reads that are no longer awaited. The elapsed time pays off the debts of idle callers. */
  retain(isLive: (item: Item) => boolean, elapsedMs: number): void {
    for (const queue of [...this.#rotation]) {
      const { length } = queue.items;
      queue.items = queue.items.filter(isLive);
      this.#size -= length - queue.items.length;
      if (queue.items.length === 0) queue.creditMs = Math.min(queue.creditMs + elapsedMs, quantumMs);
      this.#forgetIfIdle(queue);
    }
  }

  /** Returns the number of connections that the caller's statements occupy. */
  heldBy(callerId: string): number {
    return rounded(this.#queues.get(callerId)?.held ?? 0);
  }

  /** The number of connections that the statements of all links to runs occupy. */
  get heldByLinks(): number {
    return rounded(this.#links.held);
  }

  /** Returns the next item that may start. It stays in the queue until it is taken. */
  next(canStart: (item: Item) => boolean, maySend: (callerId: string) => boolean): Item | undefined {
    let leastIndebted: Item | undefined;
    let bestCreditMs = -Infinity;
    for (const { callerId, items, creditMs } of this.#rotation) {
      if (items.length === 0 || !maySend(callerId)) continue;
      const item = items.find(canStart);
      if (item === undefined) continue;
      if (creditMs > 0) return item;
      if (creditMs > bestCreditMs) [leastIndebted, bestCreditMs] = [item, creditMs];
    }
    // All waiting callers are in debt, so this grants as many rounds as the least indebted one needs.
    if (leastIndebted !== undefined) this.#grant(Math.floor(-bestCreditMs / quantumMs + 1) * quantumMs);
    return leastIndebted;
  }

  /** Takes an item and others that may share its statement, round robin over the callers. */
  takeBatch(first: Item, max: number, canBatch: (item: Item) => boolean): Item[] {
    // Rounds continue while others are served, including for callers in debt.
    this.#grant(quantumMs / this.#rotation.length);
    const callerQueue = this.#queues.get(first.callerId)!;
    callerQueue.items.splice(callerQueue.items.indexOf(first), 1);
    this.#size -= 1;
    const batch = [first];
    this.#rotation.splice(this.#rotation.indexOf(callerQueue), 1);
    this.#rotation.push(callerQueue);
    if (max === 1 || this.isEmpty) return batch;
    const cursors = this.#rotation.map((queue) => ({ queue, at: 0 }));
    const removed = new Set<Item>();
    while (batch.length < max && cursors.length > 0) {
      for (let index = 0; index < cursors.length && batch.length < max; index += 1) {
        const cursor = cursors[index]!;
        const { items } = cursor.queue;
        while (cursor.at < items.length && !canBatch(items[cursor.at]!)) cursor.at += 1;
        const item = items[cursor.at];
        if (item === undefined) {
          cursors.splice(index, 1);
          index -= 1;
          continue;
        }
        cursor.at += 1;
        removed.add(item);
        batch.push(item);
      }
    }
    if (removed.size > 0) {
      for (const queue of this.#rotation) {
        if (queue.items.length > 0) queue.items = queue.items.filter((item) => !removed.has(item));
      }
      this.#size -= removed.size;
    }
    return batch;
  }

  recordStart(items: readonly Item[]): void {
    for (const { callerId } of items) {
      const queue = this.#queueOf(callerId);
      queue.inFlight += 1;
      queue.held += 1 / items.length;
      this.#countLink(callerId, 1, items.length);
    }
  }

  /** Charges a statement's time to the callers that it served, in equal parts. */
  recordEnd(items: readonly Item[], elapsedMs: number): void {
    for (const { callerId } of items) {
      const queue = this.#queueOf(callerId);
      queue.inFlight -= 1;
      queue.held -= 1 / items.length;
      this.#countLink(callerId, -1, items.length);
      queue.creditMs -= elapsedMs / items.length;
      this.#forgetIfIdle(queue);
    }
  }

  #countLink(callerId: string, by: 1 | -1, shared: number): void {
    if (!callerId.startsWith(shareIdPrefix)) return;
    this.#links.inFlight += by;
    this.#links.held = this.#links.inFlight === 0 ? 0 : this.#links.held + by / shared;
  }

  #queueOf(callerId: string): CallerQueue<Item> {
    let queue = this.#queues.get(callerId);
    if (queue === undefined) {
      queue = { callerId, items: [], creditMs: quantumMs, inFlight: 0, held: 0 };
      this.#queues.set(callerId, queue);
      this.#rotation.push(queue);
    }
    return queue;
  }

  #grant(milliseconds: number): void {
    for (const queue of this.#rotation) queue.creditMs = Math.min(queue.creditMs + milliseconds, quantumMs);
  }

  #forgetIfIdle(queue: CallerQueue<Item>): void {
    if (queue.items.length > 0 || queue.inFlight > 0 || queue.creditMs < 0) return;
    this.#queues.delete(queue.callerId);
    this.#rotation.splice(this.#rotation.indexOf(queue), 1);
  }
}

/** Rounds, because the fractions of shared statements do not add up exactly. */
function rounded(held: number): number {
  return Math.round(held * 1e6) / 1e6;
}
