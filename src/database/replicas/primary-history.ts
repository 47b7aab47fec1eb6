interface Sample {
  /** The time of the query. */
  at: number;
  /** The position up to which the primary had written its log at that time or later. */
  readonly position: bigint;
}

/** Samples have distinct positions, so this history reaches back further than a readable replica may lag. */
const maxSamples = 2000;

/**
 * The primary's log positions over time. A replica that has replayed a position has all transactions committed before
 * the primary was queried for it. So no server clock is needed, a replica never lags behind an idle primary, and one
 * that no longer receives anything falls behind with the next commit.
 */
export class PrimaryHistory {
  #samples: Sample[] = [];

  /** @param at the time at which the query was sent */
  record(at: number, position: bigint): void {
    const last = this.#samples.at(-1);
    // A different server has become the primary, which lacks some transactions of the previous one. Its history starts
    // here.
    if (last && position < last.position) this.#samples = [];
    if (last?.position === position) last.at = at;
    else this.#samples.push({ at, position });
    if (this.#samples.length > maxSamples) this.#samples.shift();
  }

  /** The time of the last query; `-Infinity` before the first. */
  get latest(): number {
    return this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Returns the time up to which a replica that has replayed `position` has all committed transactions. */
  completeUntil(position: bigint): number {
    return this.#samples.findLast((sample) => sample.position <= position)?.at ?? Number.NEGATIVE_INFINITY;
  }
}
