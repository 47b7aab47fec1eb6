import type { RequestCost } from './request-cost.js';

/** Work of the processor that is charged to a request, without the time in which it waits. */
export class ChargedWork {
  #startedAt: number;
  #waits = 0;

  /** @param clock milliseconds */
  constructor(
    private readonly cost: Pick<RequestCost, 'addProcessor'>,
    private readonly clock = () => performance.now(),
  ) {
    this.#startedAt = clock();
  }

  /** Waits for anything that is charged separately, or that takes no processor time. Several waits may overlap. */
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
