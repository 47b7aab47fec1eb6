import type { AskOptions, GraphqlAnswer, GraphqlClient } from './graphql-client.js';

/** Asks as a gateway does: representations as a variable, what is wanted as fragments on their types. */
export function askEntities(
  gateway: GraphqlClient,
  representations: readonly unknown[],
  fragments: string,
  options: Omit<AskOptions, 'variables'>,
): Promise<GraphqlAnswer> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fragments} } }`;
  return gateway.ask(query, { ...options, variables: { representations } });
}
