/**
 * Runs a check periodically, one at a time. Ignores errors of the check, because requests report an unreachable
 * database.
 * @returns a function that stops the checks, and waits for one in progress
 */
export function checkPeriodically(check: () => Promise<void>, intervalMs: number): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  const timer = setInterval(() => {
    underWay ??= check()
      .catch(() => {})
      .finally(() => {
        underWay = undefined;
      });
  }, intervalMs).unref();
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
