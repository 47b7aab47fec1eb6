/**
 * Calls `end` when the parent process has ended: npm passes SIGTERM on to the shell between it and this process, and
 * most shells end without passing it on.
 */
export function endWithParent(end: (reason: string) => void): void {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    end('the parent process has ended');
  }, 250);
  poll.unref();
}
