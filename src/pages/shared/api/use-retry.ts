import { useEffect, useState } from 'react';
import { type ApiError, isTemporary } from './error-sentence.js';

const firstRetryMs = 2000;
const maxRetryMs = 30_000;

const retryTimes = new WeakMap<object, number>();

/** Returns the time at which the request with this error is repeated, or `undefined` if it is not known yet. */
export function retryTimeOf(error: unknown): number | undefined {
  return retryTimes.get(error as object);
}

/** Retries after an outage, at increasing intervals, but immediately when the browser is online again. */
export function useRetry(error: unknown, retry: () => void): void {
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (error === undefined) setFailures(0);
    if (error === undefined || !isTemporary(error)) return;
    const again = () => {
      setFailures(failures + 1);
      retry();
    };
    const { retryAfter } = (error as Partial<ApiError>).extensions ?? {};
    const ms = Math.max(Math.min(firstRetryMs * 2 ** failures, maxRetryMs), Number(retryAfter ?? 0) * 1000);
    retryTimes.set(error as object, Date.now() + ms);
    const timer = setTimeout(again, ms);
    addEventListener('online', again, { once: true });
    return () => {
      clearTimeout(timer);
      removeEventListener('online', again);
    };
    // `retry` is a new function each time, but does the same.
  }, [error]);
}
