export const traceHeader = 'apollo-federation-include-trace';

/** Whether a header requests a trace, which records the resolver calls of graphql-js. */
export function isTraced(header: string | readonly string[] | undefined): boolean {
  return header === 'ftv1';
}
