/**
 * Runs a check periodically, one at a time. An error of a check is ignored: requests report an unreachable database.
 * @returns a function that ends it, and waits for the check under way
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
