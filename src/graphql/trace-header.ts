/** Asks for a trace, which is made of the resolvers' calls as graphql-js makes them. */
export const traceHeader = 'apollo-federation-include-trace';
