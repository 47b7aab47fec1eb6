interface Sample {
  /** When the primary was asked. */
  at: number;
  /** Up to where it had written its log by then, or later. */
  readonly position: bigint;
}

/** Of samples, each of which is another position: more than a replica may ever be behind. */
const maxSamples = 2000;

/**
 * Where the primary was in its log, and when. A replica that has replayed a position has all that was committed before the
 * primary was asked for it: no clock of a server is needed, an idle primary is nothing to be behind of, and a replica that
 * receives nothing any more falls behind as soon as there is something to receive.
 */
export class PrimaryHistory {
  #samples: Sample[] = [];

  /** @param at when the primary was asked, before it answered */
  record(at: number, position: bigint): void {
    const last = this.#samples.at(-1);
    // Another server is the primary, and has not all that the last one had: nothing is known of it yet.
    if (last && position < last.position) this.#samples = [];
    if (last?.position === position) last.at = at;
    else this.#samples.push({ at, position });
    if (this.#samples.length > maxSamples) this.#samples.shift();
  }

  /** When the primary was last asked; `-Infinity`: never. */
  get latest(): number {
    return this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Until when whoever has replayed up to a position has all that was committed. */
  completeUntil(position: bigint): number {
    return this.#samples.findLast((sample) => sample.position <= position)?.at ?? Number.NEGATIVE_INFINITY;
  }
}
