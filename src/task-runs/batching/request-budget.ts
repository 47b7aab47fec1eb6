// What one request may still spend, handed down to everything it reads.

/** A read that is waiting or running. */
export interface Abandonable {
  abandon(): void;
}

export class RequestBudget {
  /** The client has gone: nobody waits for the response any more. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();

  /**
   * @param callerId issuer and subject: whose turn its reads take
   * @param deadline by `performance.now()`, for all reads of the request
   * @param stats counts the statements in which the request takes part
   */
  constructor(
    readonly callerId: string,
    readonly deadline: number,
    readonly stats: { statements: number },
  ) {}

  /** Its reads leave the queue, and statements that nobody else waits for are cancelled. */
  abandon(): void {
    this.isAbandoned = true;
    for (const read of this.#reads) read.abandon();
  }

  add(read: Abandonable): void {
    this.#reads.add(read);
  }

  delete(read: Abandonable): void {
    this.#reads.delete(read);
  }
}
