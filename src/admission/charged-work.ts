import type { RequestCost } from './request-cost.js';

/** CPU work that is charged to a request, excluding the time spent waiting. */
export class ChargedWork {
  #startedAt: number;
  #waits = 0;

  /** @param clock returns milliseconds */
  constructor(
    private readonly cost: Pick<RequestCost, 'addProcessor'>,
    private readonly clock = () => performance.now(),
  ) {
    this.#startedAt = clock();
  }

  /** Waits for something that is charged separately or takes no CPU time. Waits may overlap. */
  async waitFor<Result>(wait: () => Result | Promise<Result>): Promise<Result> {
    if (this.#waits === 0) this.end();
    this.#waits += 1;
    try {
      return await wait();
    } finally {
      this.#waits -= 1;
      this.#startedAt = this.clock();
    }
  }

  /** Charges the work since the last wait. */
  end(): void {
    this.cost.addProcessor(this.clock() - this.#startedAt);
  }
}
