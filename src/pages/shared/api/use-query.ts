import { useEffect, useState } from 'react';
import { useToken } from '../token/token-store.js';
import { type GraphqlResponse, requestGraphql, type Variables } from './graphql-client.js';

export interface QueryState<Data> {
  /** The newest answer; while another is on its way, the one before, unless that was another caller's. */
  readonly response: GraphqlResponse<Data> | undefined;
  /** What {@link sentenceOf} takes: there was no answer, or it has an error. */
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): void;
}

interface SettledRequest<Data> {
  readonly key: string;
  readonly token: string;
  readonly response?: GraphqlResponse<Data>;
  readonly failure?: unknown;
}

/** Asks with the page's token, and again when anything changes; undefined as the operation asks nothing. */
export function useQuery<Data>(query: string | undefined, variables: Variables): QueryState<Data> {
  const token = useToken();
  const [attempt, setAttempt] = useState(0);
  const [settled, setSettled] = useState<SettledRequest<Data>>();
  const variablesJson = JSON.stringify(variables);
  const key = JSON.stringify([token, query, variablesJson, attempt]);
  useEffect(() => {
    if (query === undefined) return;
    const controller = new AbortController();
    requestGraphql<Data>(query, JSON.parse(variablesJson), controller.signal).then(
      (response) => setSettled({ key, token, response }),
      (failure) => {
        if (!controller.signal.aborted) setSettled({ key, token, failure });
      },
    );
    return () => controller.abort();
  }, [key, query, variablesJson, token]);
  const response = settled?.token === token && query !== undefined ? settled.response : undefined;
  const isSettled = settled?.key === key;
  return {
    response,
    error: isSettled ? (settled.failure ?? response?.errors[0]) : undefined,
    isLoading: query !== undefined && !isSettled,
    reload: () => setAttempt(attempt + 1),
  };
}
