import { LinkedList } from './linked-list.js';
import type { MemoryHolding, MemoryOwner, Waiting } from './memory-holding.js';

/** The callers that have holdings in an account or are waiting for memory. */
export class MemoryOwners {
  readonly #owners = new Map<string, MemoryOwner>();

  get(callerId: string): MemoryOwner | undefined {
    return this.#owners.get(callerId);
  }

  of(callerId: string): MemoryOwner {
    let owner = this.#owners.get(callerId);
    if (owner === undefined) {
      const [holdings, waiting] = [new LinkedList<MemoryHolding>(), new LinkedList<Waiting>()];
      owner = { callerId, memoryBytes: 0, holdings, waiting, previous: undefined, next: undefined };
      this.#owners.set(callerId, owner);
    }
    return owner;
  }

  forgetIfIdle(owner: MemoryOwner): void {
    if (owner.holdings.size === 0 && owner.waiting.size === 0) this.#owners.delete(owner.callerId);
  }

  /** The oldest holding of the caller that has had holdings for the longest time. */
  get oldest(): MemoryHolding | undefined {
    for (const { holdings } of this.#owners.values()) if (holdings.first !== undefined) return holdings.first;
    return undefined;
  }

  /** Updates the holdings whose buffers shrink without notice. */
  measure(): void {
    for (const { holdings } of [...this.#owners.values()]) {
      for (let holding = holdings.first; holding !== undefined; ) {
        const { next } = holding;
        if (holding.measure !== undefined) holding.reserveUnsent(holding.measure());
        holding = next;
      }
    }
  }

  /** Returns the caller that holds the most memory. */
  largest(): MemoryOwner | undefined {
    let largest: MemoryOwner | undefined;
    for (const owner of this.#owners.values()) {
      if (owner.memoryBytes > (largest?.memoryBytes ?? 0)) largest = owner;
    }
    return largest;
  }
}

/** Returns the caller's oldest holding that has been waiting for a client since `sentBefore` or earlier. */
export function findSlow({ holdings }: MemoryOwner, sentBefore: number): MemoryHolding | undefined {
  for (let holding = holdings.first; holding !== undefined; holding = holding.next) {
    if (holding.end !== undefined && holding.sentAt <= sentBefore) return holding;
  }
  return undefined;
}
