import { useEffect, useState } from 'react';
import { retryTimeOf } from '../api/use-retry.js';

/** The seconds until a request is repeated. Screen readers announce it once, without the seconds. */
export function RetryCountdown({ error }: { readonly error: unknown }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [error]);
  const seconds = Math.ceil(((retryTimeOf(error) ?? now) - now) / 1000);
  return (
    <>
      <span className="visually-hidden"> Retrying automatically.</span>
      <span aria-hidden="true" className="number">
        {seconds > 0 ? ` Retrying in ${seconds} s.` : ' Retrying …'}
      </span>
    </>
  );
}
