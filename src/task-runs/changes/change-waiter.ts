import type { FollowedScope } from './change-poll.js';

export interface Wake {
  /** No transaction before this one has made a relevant change since the wait began. */
  readonly settled: string;
  /** Whether the wait ended without a change. */
  readonly isOver: boolean;
}

export class ChangeWaiter {
  readonly epoch: string;
  readonly wake: Promise<Wake>;
  /** A bigint, so that it can be compared. */
  settled: bigint;
  #resolve!: (wake: Wake) => void;

  /** @param onEnd called at the end of the wait, possibly more than once */
  constructor(
    readonly scope: FollowedScope,
    { epoch, settled }: { readonly epoch: string; readonly settled: string },
    private readonly onEnd: () => void,
  ) {
    this.epoch = epoch;
    this.settled = BigInt(settled);
    this.wake = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Records that no transaction before this one has made a change. */
  advance(settled: string): void {
    const number = BigInt(settled);
    if (number > this.settled) this.settled = number;
  }

  /** Ends the wait because of a possible change. */
  notify(): void {
    this.#wake(false);
  }

  readonly end = (): void => this.#wake(true);

  #wake(isOver: boolean): void {
    this.onEnd();
    this.#resolve({ settled: String(this.settled), isOver });
  }
}
