export const graphqlPath = '/graphql';

/** The name of the gateway's pages in the header `apollographql-client-name`. */
export const pagesClientName = 'task-run-gateway-pages';

/** The value of the header `Allow`. */
export const graphqlMethods = 'GET, HEAD, POST, OPTIONS';
