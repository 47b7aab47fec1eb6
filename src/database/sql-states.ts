/** Whether a statement failed because of a value that a constraint excludes. */
export function isCheckViolation(error: unknown): boolean {
  const checkViolation = '23514';
  return (error as { readonly code?: unknown }).code === checkViolation;
}
