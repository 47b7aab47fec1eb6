import { GraphQLClient } from 'graphql-request';

/** No cache, a promise a request: for scripts and servers. */
export function createGraphqlRequestClient(url: string, token: string): GraphQLClient {
  return new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } });
}
