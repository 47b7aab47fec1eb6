export const graphqlPath = '/graphql';

/** The name of the gateway's pages in the `apollographql-client-name` header. */
export const pagesClientName = 'task-run-gateway-pages';

/** The value of the `Allow` header. */
export const graphqlMethods = 'GET, HEAD, POST, OPTIONS';
