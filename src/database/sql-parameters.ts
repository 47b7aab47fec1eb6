/** The parameters of a composed statement. Each value gets the next position. */
export interface SqlParameters {
  readonly values: readonly unknown[];
  /** Adds a value, and returns the SQL for it, such as `$2::uuid`. */
  add(value: unknown, type: string): string;
}

export function createSqlParameters(): SqlParameters {
  const values: unknown[] = [];
  return {
    values,
    add(value, type) {
      values.push(value);
      return `$${values.length}::${type}`;
    },
  };
}
