export const traceHeader = 'apollo-federation-include-trace';

/** Whether a header asks for a trace, which is made of the resolvers' calls as graphql-js makes them. */
export function isTraced(header: string | readonly string[] | undefined): boolean {
  return header === 'ftv1';
}
