import { useEffect, useRef, useState } from 'react';
import { useSessionKey } from '../token/token-store.js';
import { isAboutAccess } from './error-sentence.js';
import { useRetry } from './use-retry.js';

export interface RequestState<Data> {
  /** The newest data; while another request is on its way or was an error, the data before, if they were this caller's. */
  readonly data: Data | undefined;
  /** The reason why the present request has no data, or not all of them. {@link sentenceOf} describes it. */
  readonly error: unknown;
  readonly isLoading: boolean;
  /** The data are not of the present request, which failed. */
  readonly isStale: boolean;
  /** The data are of the present request, if of an earlier attempt where it is sent once more. */
  readonly isCurrent: boolean;
  reload(): void;
}

/** The result of a request, which may have both. */
export interface Outcome<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
}

/**
 * Sends one request. If it resolves to undefined, the request counts as unsettled. If it rejects, the reason is the error.
 * @param show shows data before the request settles
 * @param previous the data that were shown when it was sent
 */
export type SendRequest<Data> = (
  signal: AbortSignal,
  show: (data: Data) => void,
  previous: Data | undefined,
) => Promise<Outcome<Data> | undefined>;

interface RequestOptions {
  /** While it is false, nothing is sent, a request on its way is aborted, and its state stays. */
  readonly isEnabled?: boolean;
  /** Whether a request that has settled is not repeated when it is enabled again. */
  readonly isSentOnce?: boolean;
}

interface ShownRequest<Data> extends Outcome<Data> {
  readonly id: string;
  readonly key: string;
  readonly sessionKey: number;
  readonly isSettled: boolean;
  readonly isStale: boolean;
}

/**
 * Sends a request, and repeats it when the key or the session changes, on `reload`, and after an outage. Each request
 * aborts the one before. A renewed token belongs to the same session.
 * @param key everything that the request depends on; undefined: there is nothing to send or to show
 */
export function useRequest<Data>(
  key: string | undefined,
  send: SendRequest<Data>,
  { isEnabled = true, isSentOnce = false }: RequestOptions = {},
): RequestState<Data> {
  const sessionKey = useSessionKey();
  const [attempt, setAttempt] = useState(0);
  const [shown, setShown] = useState<ShownRequest<Data>>();
  const settledId = useRef<string>(undefined);
  const id = JSON.stringify([sessionKey, attempt, key]);
  const visible = key !== undefined && shown?.sessionKey === sessionKey ? shown : undefined;
  const data = visible?.data;
  useEffect(() => {
    if (key === undefined || !isEnabled || (isSentOnce && settledId.current === id)) return;
    settledId.current = undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const show = (data: Data) => {
      if (!signal.aborted) setShown({ id, key, sessionKey, data, isSettled: false, isStale: false });
    };
    const settle = ({ data, error }: Outcome<Data>) => {
      if (signal.aborted) return;
      settledId.current = id;
      setShown((before) => {
        const keepsData = before?.sessionKey === sessionKey && !isAboutAccess(error ?? {});
        const isStale = data === undefined;
        return {
          id,
          key,
          sessionKey,
          data: data ?? (keepsData ? before.data : undefined),
          error,
          isSettled: true,
          isStale,
        };
      });
    };
    send(signal, show, data).then(
      (outcome) => {
        if (outcome !== undefined) settle(outcome);
      },
      (error) => settle({ error }),
    );
    return () => controller.abort();
    // `send` is another function each time. It does the same for the same key.
  }, [id, isEnabled]);
  const present = visible?.key === key ? visible : undefined;
  const error = present?.error;
  const reload = () => setAttempt((attempts) => attempts + 1);
  useRetry(error, reload);
  return {
    data,
    error,
    isLoading: key !== undefined && !(present?.isSettled && present.id === id),
    isStale: present?.isStale === true,
    isCurrent: present?.isStale === false,
    reload,
  };
}
