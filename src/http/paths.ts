export const graphqlPath = '/graphql';

/** As which the pages of the gateway name themselves, in the header `apollographql-client-name`. */
export const pagesClientName = 'task-run-gateway-pages';

/** As in the header Allow. */
export const graphqlMethods = 'GET, HEAD, POST, OPTIONS';
