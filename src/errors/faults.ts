/** The faults in the parts of a value. Every part is read, so that one error lists all of them. */
export class Faults {
  readonly #messages = new Set<string>();

  add(message: string): void {
    this.#messages.add(message);
  }

  /** Returns the result of `read`. If it throws, records this as faults and returns `undefined`. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      for (const message of faultsOf(error)) this.add(message);
      return undefined;
    }
  }

  /** @throws Error if there is one fault, AggregateError if there are several */
  throwIfAny(): void {
    const errors = [...this.#messages].map((message) => new Error(message));
    if (errors.length > 1) throw new AggregateError(errors, [...this.#messages].join(' '));
    if (errors.length === 1) throw errors[0];
  }
}

/** Returns the messages of an error that a parser threw. */
export function faultsOf(error: unknown): readonly string[] {
  const errors: readonly Error[] = error instanceof AggregateError ? error.errors : [error as Error];
  return errors.map(({ message }) => message);
}
