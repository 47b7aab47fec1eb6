/** What is wrong with the parts of one value: each is read, so that whoever gave it learns of all its faults at once. */
export class Faults {
  readonly #messages = new Set<string>();

  add(message: string): void {
    this.#messages.add(message);
  }

  /** undefined where it throws, and then that is a fault. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      for (const message of faultsOf(error)) this.add(message);
      return undefined;
    }
  }

  /** @throws Error if there is a fault, an AggregateError if there are several */
  throwIfAny(): void {
    const errors = [...this.#messages].map((message) => new Error(message));
    if (errors.length > 1) throw new AggregateError(errors, [...this.#messages].join(' '));
    if (errors.length === 1) throw errors[0];
  }
}

/** The messages of what a parser has thrown. */
export function faultsOf(error: unknown): readonly string[] {
  const errors: readonly Error[] = error instanceof AggregateError ? error.errors : [error as Error];
  return errors.map(({ message }) => message);
}
