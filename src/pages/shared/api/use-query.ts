import { useSession } from '../token/token-store.js';
import { type ApiError, isWithheld } from './error-sentence.js';
import { type GraphqlResponse, requestGraphql } from './graphql-client.js';
import type { Operation } from './operation.js';
import { type RequestOptions, type RequestState, useRequest } from './use-request.js';

/** The state of a request whose data are a response with data. A rejected token does not count as an error here. */
export interface QueryState<Data> extends Omit<RequestState<GraphqlResponse<Data>>, 'data'> {
  readonly response: GraphqlResponse<Data> | undefined;
}

/**
 * Sends a query with the page's token, and again when anything changes or an expired token is renewed. Sends nothing
 * without variables.
 */
export function useQuery<Data, Variables>(
  query: Operation<Data, Variables>,
  variables: Variables | undefined,
  options: RequestOptions = {},
): QueryState<Data> {
  const isReady = useSession() === 'ready';
  const { data, ...state } = useRequest<GraphqlResponse<Data>>(
    variables === undefined ? undefined : JSON.stringify([query, variables]),
    async (signal) => {
      const response = await requestGraphql(query, variables!, signal);
      // The page asks for another token, above its content.
      if (response.status === 401) return undefined;
      return { data: hasData(response) ? response : undefined, error: errorOf(response) };
    },
    { ...options, isEnabled: isReady && options.isEnabled !== false },
  );
  return { ...state, response: data };
}

/** Returns the first error, except those about withheld payload, because the rest of the response is available. */
function errorOf({ errors }: GraphqlResponse): ApiError | undefined {
  return errors.find((error) => !isWithheld(error));
}

/** A response in which all root fields are null shows nothing. */
function hasData({ data, errors }: GraphqlResponse): boolean {
  return errors.length === 0 || Object.values(data ?? {}).some((value) => value !== null);
}
