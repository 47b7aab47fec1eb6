// limit | Database and files | time for one statement of `npm run export`, `import` and `seed` | ms | the command fails
/** A batch is larger than what the gateway reads and writes, and an operator waits for a busy server. */
export const batchTimeoutMs = 600_000;
