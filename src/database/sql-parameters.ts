/** The parameters of a statement whose text is put together: each value gets the next position in it. */
export interface SqlParameters {
  readonly values: readonly unknown[];
  /** Takes a value in; the SQL that stands for it, as in `$2::uuid`. */
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
