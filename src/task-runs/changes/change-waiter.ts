import type { ScopePath } from '../record/run-path.js';

export interface Wake {
  /** Nothing that matters has changed by transactions before this one since the waiter began to wait. */
  readonly settled: string;
  /** Nobody has found a change: the time is over, or the waiter shall not wait any more. */
  readonly isOver: boolean;
}

export class ChangeWaiter {
  readonly epoch: string;
  /** A number, because it is compared. */
  settled: bigint;

  constructor(
    readonly path: ScopePath,
    { epoch, settled }: { readonly epoch: string; readonly settled: string },
    private readonly resolve: (wake: Wake) => void,
  ) {
    this.epoch = epoch;
    this.settled = BigInt(settled);
  }

  /** Nothing has changed before. */
  advance(settled: string): void {
    const number = BigInt(settled);
    if (number > this.settled) this.settled = number;
  }

  wake(): void {
    this.#resolve(false);
  }

  readonly end = (): void => this.#resolve(true);

  #resolve(isOver: boolean): void {
    this.resolve({ settled: String(this.settled), isOver });
  }
}
