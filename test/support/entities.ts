import type { GraphqlClient, GraphqlResponse, RequestOptions } from './graphql-client.js';

/** Sends a request as a gateway does: representations as a variable, and the selection as fragments on their types. */
export function requestEntities(
  gateway: GraphqlClient,
  representations: readonly unknown[],
  fragments: string,
  options: Omit<RequestOptions, 'variables'>,
): Promise<GraphqlResponse> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fragments} } }`;
  return gateway.ask(query, { ...options, variables: { representations } });
}
