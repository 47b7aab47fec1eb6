import { useEffect, useState } from 'react';
import { useSession, useSessionKey } from '../token/token-store.js';
import { type ApiError, isAboutAccess, isWithheld } from './error-sentence.js';
import { type GraphqlResponse, requestGraphql } from './graphql-client.js';
import type { Operation } from './operation.js';
import { useRetry } from './use-retry.js';

export interface QueryState<Data> {
  /** The newest response with data; while another is on its way or was an error, the one before, if it was this caller's. */
  readonly response: GraphqlResponse<Data> | undefined;
  /** The reason for {@link sentenceOf}: no response, or one with an error. A rejected token is not an error here. */
  readonly error: unknown;
  readonly isLoading: boolean;
  /** The response is not of the present request, which failed. */
  readonly isStale: boolean;
  /** The response is of the present request, if of an earlier attempt where it is sent once more. */
  readonly isCurrent: boolean;
  reload(): void;
}

interface SettledRequest<Data> {
  readonly key: string;
  readonly attempt: number;
  readonly sessionKey: number;
  readonly response: GraphqlResponse<Data> | undefined;
  readonly isStale: boolean;
  readonly error: unknown;
}

/** Sends with the page's token, and again when anything changes. Sends nothing without variables. */
export function useQuery<Data, Variables>(
  query: Operation<Data, Variables>,
  variables: Variables | undefined,
): QueryState<Data> {
  const sessionKey = useSessionKey();
  const isReady = useSession() === 'ready';
  const [attempt, setAttempt] = useState(0);
  const [settled, setSettled] = useState<SettledRequest<Data>>();
  const variablesJson = JSON.stringify(variables);
  const key = JSON.stringify([sessionKey, query, variablesJson]);
  useEffect(() => {
    if (variablesJson === undefined || !isReady) return;
    const controller = new AbortController();
    const settle = (response: GraphqlResponse<Data> | undefined, error: unknown) =>
      setSettled((before) => ({
        key,
        attempt,
        sessionKey,
        response:
          response ?? (before?.sessionKey === sessionKey && !isAboutAccess(error ?? {}) ? before.response : undefined),
        isStale: response === undefined,
        error,
      }));
    requestGraphql(query, JSON.parse(variablesJson) as Variables, controller.signal).then(
      (response) => {
        // The page asks for another token, above what is there.
        if (response.status !== 401) settle(hasData(response) ? response : undefined, errorOf(response));
      },
      (error) => {
        if (!controller.signal.aborted) settle(undefined, error);
      },
    );
    return () => controller.abort();
  }, [key, query, variablesJson, sessionKey, attempt, isReady]);
  const isSettled = settled?.key === key;
  const error = isSettled ? settled.error : undefined;
  const reload = () => setAttempt((attempts) => attempts + 1);
  useRetry(error, reload);
  return {
    response: settled?.sessionKey === sessionKey && variables !== undefined ? settled.response : undefined,
    error,
    isStale: isSettled && settled.isStale,
    isCurrent: isSettled && !settled.isStale,
    isLoading: variables !== undefined && !(isSettled && settled.attempt === attempt),
    reload,
  };
}

/** Returns the first error, except those of withheld payload: the rest of the response is there. */
function errorOf({ errors }: GraphqlResponse): ApiError | undefined {
  return errors.find((error) => !isWithheld(error));
}

/** A response whose every root field is null shows nothing. */
function hasData({ data, errors }: GraphqlResponse): boolean {
  return errors.length === 0 || Object.values(data ?? {}).some((value) => value !== null);
}
