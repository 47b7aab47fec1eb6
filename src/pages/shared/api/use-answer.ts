import { useEffect, useState } from 'react';
import { useToken } from '../token/token-store.js';
import { type Answer, requestGraphql, type Variables } from './graphql-client.js';

export interface Loaded<Data> {
  /** The newest answer; while another is on its way, the one before, unless that was another caller's. */
  readonly answer: Answer<Data> | undefined;
  /** What {@link sentenceOf} takes: there was no answer, or it has an error. */
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): void;
}

interface Settled<Data> {
  readonly key: string;
  readonly token: string;
  readonly answer?: Answer<Data>;
  readonly failure?: unknown;
}

/** Asks with the page's token, and again when anything changes; undefined as the operation asks nothing. */
export function useAnswer<Data>(query: string | undefined, variables: Variables): Loaded<Data> {
  const token = useToken();
  const [attempt, setAttempt] = useState(0);
  const [settled, setSettled] = useState<Settled<Data>>();
  const asked = JSON.stringify(variables);
  const key = JSON.stringify([token, query, asked, attempt]);
  useEffect(() => {
    if (query === undefined) return;
    const controller = new AbortController();
    requestGraphql<Data>(query, JSON.parse(asked), controller.signal).then(
      (answer) => setSettled({ key, token, answer }),
      (failure) => {
        if (!controller.signal.aborted) setSettled({ key, token, failure });
      },
    );
    return () => controller.abort();
  }, [key, query, asked, token]);
  const answer = settled?.token === token && query !== undefined ? settled.answer : undefined;
  const isSettled = settled?.key === key;
  return {
    answer,
    error: isSettled ? (settled.failure ?? answer?.errors[0]) : undefined,
    isLoading: query !== undefined && !isSettled,
    reload: () => setAttempt(attempt + 1),
  };
}
