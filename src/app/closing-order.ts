/** The parts of a gateway in the order in which they are closed, if they were opened. */
const closingOrder = [
  // Otherwise they would write to a database that is being closed.
  'demo runs',
  // Streams last as long as their clients want, and the HTTP server waits for them.
  'streams',
  // Ends requests that are waiting for changes, because the HTTP server would wait for them.
  'services',
  // Completes the requests in flight, which need all parts that follow.
  'HTTP server',
  // Exports the spans of these requests.
  'traces',
  'audit log',
  'kept keys',
  'rate limiter',
  'GraphQL server',
  'held changes',
  'lock watch',
  'database',
  // Last, so that probes and metrics can be read during the whole shutdown.
  'admin port',
] as const;

type Part = (typeof closingOrder)[number];

/** The parts of a gateway that are open. */
export class OpenParts {
  readonly #closeByPart = new Map<Part, () => unknown>();

  add(part: Part, close: () => unknown): void {
    this.#closeByPart.set(part, close);
  }

  /** Closes the parts one after the other. May be called again, even after a part failed to close. */
  async close(): Promise<void> {
    for (let part = this.#next(); part !== undefined; part = this.#next()) {
      const close = this.#closeByPart.get(part)!;
      this.#closeByPart.delete(part);
      await close();
    }
  }

  #next(): Part | undefined {
    return closingOrder.find((part) => this.#closeByPart.has(part));
  }
}
