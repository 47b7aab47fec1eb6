/** A count for each caller. */
export class CallerCounts {
  readonly #counts = new Map<string, number>();

  of(callerId: string): number {
    return this.#counts.get(callerId) ?? 0;
  }

  add(callerId: string, change: 1 | -1): void {
    const count = this.of(callerId) + change;
    if (count > 0) this.#counts.set(callerId, count);
    else this.#counts.delete(callerId);
  }
}
