/** One line an operator can act on. A refused connection has no message, and a GatewayError keeps its cause for the log. */
export function explain(error: unknown): string {
  const { message, code, cause } = error as NodeJS.ErrnoException;
  const text = message || code || String(error);
  return cause === undefined ? text : `${text} (${explain(cause)})`;
}

/** The same as a sentence. */
export function sentenceOf(error: unknown): string {
  return explain(error).replace(/\.?$/, '.');
}
