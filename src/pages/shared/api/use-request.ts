import { useEffect, useRef, useState } from 'react';
import { useSessionKey } from '../token/token-store.js';
import { isAboutAccess } from './error-sentence.js';
import { useRetry } from './use-retry.js';

export interface RequestState<Data> {
  /**
   * The latest data. While another request is loading or has failed, this is the previous data if it belongs to the
   * same caller.
   */
  readonly data: Data | undefined;
  /** The reason why the current request has no data, or only a part. {@link sentenceOf} describes it. */
  readonly error: unknown;
  readonly isLoading: boolean;
  /** Whether the data are not those of the current request, which failed. */
  readonly isStale: boolean;
  /** Whether the data are those of the current request, possibly from an earlier attempt. */
  readonly isCurrent: boolean;
  reload(): void;
}

/** The result of a request, which may have data and an error. */
export interface Outcome<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
}

/**
 * Sends one request. If it resolves to `undefined`, the request counts as unsettled. If it rejects, the reason is the
 * error.
 * @param show shows data before the request settles
 * @param previous the data that were shown when it was sent
 */
export type SendRequest<Data> = (
  signal: AbortSignal,
  show: (data: Data) => void,
  previous: Data | undefined,
) => Promise<Outcome<Data> | undefined>;

export interface RequestOptions {
  /** While false, nothing is sent, a running request is aborted, and its state is kept. */
  readonly isEnabled?: boolean;
  /** Whether a settled request is not repeated when it is enabled again. */
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
 * aborts the previous one. A renewed token belongs to the same session.
 * @param key everything on which the request depends; `undefined` if there is nothing to send or to show
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
    // `send` is a new function each time, but does the same for the same key.
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
