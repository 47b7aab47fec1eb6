// What waits for a lane. Callers take turns by deficit round robin: each turn grants credit, a statement's time is charged
// to the callers it served, and a caller in debt is passed over until later turns have made up for it. Within a caller,
// first in is first out.

/** Milliseconds of statement time that one turn grants. */
const quantumMs = 5;

interface QueuedItem {
  readonly callerId: string;
}

interface CallerQueue<Item> {
  items: Item[];
  creditMs: number;
  inFlight: number;
}

export class FairQueue<Item extends QueuedItem> {
  /** In the order of their turns. */
  readonly #callers = new Map<string, CallerQueue<Item>>();

  get isEmpty(): boolean {
    for (const { items } of this.#callers.values()) if (items.length > 0) return false;
    return true;
  }

  /** Whether callers wait, are served, or are in debt. */
  get remembersCallers(): boolean {
    return this.#callers.size > 0;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const { items } of this.#callers.values()) yield* items;
  }

  push(item: Item): void {
    this.#queueOf(item.callerId).items.push(item);
  }

  unshift(item: Item): void {
    this.#queueOf(item.callerId).items.unshift(item);
  }

  /** Forgets items of reads that nobody waits for any more; debts of callers that are idle are paid off by the time. */
  retain(isLive: (item: Item) => boolean, elapsedMs: number): void {
    for (const [callerId, queue] of this.#callers) {
      queue.items = queue.items.filter(isLive);
      if (queue.items.length === 0) queue.creditMs = Math.min(queue.creditMs + elapsedMs, quantumMs);
      this.#forgetIfIdle(callerId, queue);
    }
  }

  /** The next item that may start, by turns; it stays in the queue until it is taken. */
  next(mayStart: (item: Item) => boolean): Item | undefined {
    let inDebt: Item | undefined;
    let leastDebtMs = -Infinity;
    for (const { items, creditMs } of this.#callers.values()) {
      const item = items.find(mayStart);
      if (item === undefined) continue;
      if (creditMs > 0) return item;
      if (creditMs > leastDebtMs) [inDebt, leastDebtMs] = [item, creditMs];
    }
    // All that wait are in debt: as many turns pass as the first of them needs.
    if (inDebt !== undefined) this.#grant(Math.floor(-leastDebtMs / quantumMs + 1) * quantumMs);
    return inDebt;
  }

  /** Takes an item and, one by turns from each caller, further ones that may go with it. */
  take(first: Item, max: number, mayJoin: (item: Item) => boolean): Item[] {
    // Turns go round while others are served, also for those in debt.
    this.#grant(quantumMs / this.#callers.size);
    const own = this.#callers.get(first.callerId)!;
    own.items.splice(own.items.indexOf(first), 1);
    const taken = [first];
    this.#endTurn(first.callerId);
    if (max === 1) return taken;
    const joining = [...this.#callers.values()].map((queue) => ({ queue, at: 0 }));
    const removed = new Set<Item>();
    while (taken.length < max && joining.length > 0) {
      for (let index = 0; index < joining.length && taken.length < max; index += 1) {
        const turn = joining[index]!;
        const { items } = turn.queue;
        while (turn.at < items.length && !mayJoin(items[turn.at]!)) turn.at += 1;
        const item = items[turn.at];
        if (item === undefined) {
          joining.splice(index, 1);
          index -= 1;
          continue;
        }
        turn.at += 1;
        removed.add(item);
        taken.push(item);
      }
    }
    if (removed.size > 0) {
      for (const queue of this.#callers.values()) {
        if (queue.items.length > 0) queue.items = queue.items.filter((item) => !removed.has(item));
      }
    }
    return taken;
  }

  started(items: readonly Item[]): void {
    for (const { callerId } of items) this.#queueOf(callerId).inFlight += 1;
  }

  /** Charges a statement's time to those it served, in equal parts. */
  ended(items: readonly Item[], elapsedMs: number): void {
    for (const { callerId } of items) {
      const queue = this.#queueOf(callerId);
      queue.inFlight -= 1;
      queue.creditMs -= elapsedMs / items.length;
      this.#forgetIfIdle(callerId, queue);
    }
  }

  #queueOf(callerId: string): CallerQueue<Item> {
    let queue = this.#callers.get(callerId);
    if (queue === undefined) {
      queue = { items: [], creditMs: quantumMs, inFlight: 0 };
      this.#callers.set(callerId, queue);
    }
    return queue;
  }

  #grant(milliseconds: number): void {
    for (const queue of this.#callers.values()) queue.creditMs = Math.min(queue.creditMs + milliseconds, quantumMs);
  }

  #endTurn(callerId: string): void {
    const queue = this.#callers.get(callerId)!;
    this.#callers.delete(callerId);
    this.#callers.set(callerId, queue);
  }

  #forgetIfIdle(callerId: string, { items, inFlight, creditMs }: CallerQueue<Item>): void {
    if (items.length === 0 && inFlight === 0 && creditMs >= 0) this.#callers.delete(callerId);
  }
}
