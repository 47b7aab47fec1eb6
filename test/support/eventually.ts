/**
 * Retries for up to 60 s, because the gateway does not announce when it notices something, and a machine may be busy.
 */
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
