import type { FollowedScope } from './change-poll-statement.js';

export interface Wake {
  /** Nothing that matters has changed by transactions before this one since the waiter began to wait. */
  readonly settled: string;
  /** Nobody has found a change: the time is over, or the waiter shall not wait any more. */
  readonly isOver: boolean;
}

export class ChangeWaiter {
  readonly epoch: string;
  readonly wake: Promise<Wake>;
  /** A number, because it is compared. */
  settled: bigint;
  #resolve!: (wake: Wake) => void;

  /** @param onEnd called once or more, when it waits no more */
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

  /** Nothing has changed before. */
  advance(settled: string): void {
    const number = BigInt(settled);
    if (number > this.settled) this.settled = number;
  }

  /** Something may have changed. */
  notify(): void {
    this.#wake(false);
  }

  readonly end = (): void => this.#wake(true);

  #wake(isOver: boolean): void {
    this.onEnd();
    this.#resolve({ settled: String(this.settled), isOver });
  }
}
