/** Whether a value of the data caused the error, by classes of SQLSTATE: cardinality, data, constraints, limits. */
export function isDataError(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && ['21', '22', '23', '54'].includes(code.slice(0, 2));
}
