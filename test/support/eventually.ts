/** Tries again for up to 60 s: nobody is told when the gateway notices something, and a busy machine takes its time. */
export async function eventually(attempt: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + 60_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
