export const graphqlPath = '/graphql';

/** As in the header Allow. */
export const graphqlMethods = 'GET, HEAD, POST, OPTIONS';
