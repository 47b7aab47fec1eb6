/** Whether a statement failed because of locks of other sessions. */
export function isLockFailure(error: unknown): boolean {
  const [lockNotAvailable, deadlockDetected] = ['55P03', '40P01'];
  const { code } = error as { readonly code?: unknown };
  return code === lockNotAvailable || code === deadlockDetected;
}

/** Whether a statement failed because a value violates a check constraint. */
export function isCheckViolation(error: unknown): boolean {
  const checkViolation = '23514';
  return (error as { readonly code?: unknown }).code === checkViolation;
}
