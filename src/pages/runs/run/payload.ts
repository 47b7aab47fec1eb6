import { useCallback, useEffect, useState } from 'react';
import { ResponseTooLarge, requestGraphql } from '../../shared/api/graphql-client.js';
import { withSelection } from '../../shared/api/operation.js';
import { useRetry } from '../../shared/api/use-retry.js';
import { useSessionKey } from '../../shared/token/token-store.js';
import { payloadQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';

export type PayloadName = 'submitted' | 'response' | 'runData';

/** Larger payloads are read on request. */
const maxBytesAtOnce = 300_000;
const previewLength = 1000;

export interface Payload {
  /** undefined: not read, or not all of it. null: there is none. */
  readonly text: string | null | undefined;
  /** The beginning of what is not read. */
  readonly preview: string | null;
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): void;
  /** Reads it regardless of its size. */
  readAll(): void;
}

interface State {
  readonly text?: string | null;
  readonly preview?: string | null;
  readonly error?: unknown;
}

/** JSON of a run, as the text that is stored. `bytes` is its size where that is known. */
export function usePayload(path: RunPath, name: PayloadName, bytes?: number | null): Payload {
  const sessionKey = useSessionKey();
  const [state, setState] = useState<State>({});
  const [isRequested, setRequested] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const variables = JSON.stringify(path);
  useEffect(() => {
    const controller = new AbortController();
    const read = (field: string, maxBytes?: number) =>
      requestGraphql(
        withSelection(payloadQuery, 'Payload', `value: ${field}`),
        JSON.parse(variables) as RunPath,
        controller.signal,
        maxBytes,
      );
    const isLarge = (bytes ?? 0) > maxBytesAtOnce && !isRequested;
    // There is none of all the data.
    const preview = async (): Promise<State> =>
      name === 'runData'
        ? { preview: null }
        : read(`${name}Preview(length: ${previewLength})`).then(({ data }) => ({
            preview: data?.taskRun?.value ?? null,
          }));
    const readWhole = () =>
      read(`${name}Text`, isRequested ? undefined : maxBytesAtOnce * 4).then(({ data, errors }) =>
        data?.taskRun ? { text: data.taskRun.value, error: errors[0] } : { error: errors[0] },
      );
    const reading = isLarge
      ? preview()
      : readWhole().catch((error) => {
          if (error instanceof ResponseTooLarge) return preview();
          throw error;
        });
    reading.then(setState, (error) => {
      if (!controller.signal.aborted) setState({ error });
    });
    return () => controller.abort();
  }, [name, bytes, isRequested, variables, sessionKey, attempt]);
  const reload = () => setAttempt((attempts) => attempts + 1);
  useRetry(state.error, reload);
  return {
    text: state.text,
    preview: state.preview ?? null,
    error: state.error,
    reload,
    isLoading:
      Object.keys(state).length === 0 || (isRequested && state.text === undefined && state.error === undefined),
    readAll: useCallback(() => setRequested(true), []),
  };
}
