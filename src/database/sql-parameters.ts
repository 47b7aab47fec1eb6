/** The parameters of a composed statement. Each value gets the next number. */
export interface SqlParameters {
  readonly values: readonly unknown[];
  /** Adds a value, and returns the SQL that refers to it, such as `$2::uuid`. */
  add(value: unknown, type: string): string;
}

/** @param given the values of the first parameters */
export function createSqlParameters(given: readonly unknown[] = []): SqlParameters {
  const values = [...given];
  return {
    values,
    add(value, type) {
      values.push(value);
      return `$${values.length}::${type}`;
    },
  };
}
