import './token-field.css';
import { useEffect, useState } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { readClaims, type TokenClaims } from './token-claims.js';
import { setToken, useToken } from './token-store.js';

/** Where the page's token is entered; in the demo, one may be chosen by the name of its owner. */
export function TokenField() {
  const token = useToken();
  const now = useClock(15_000);
  const claims = readClaims(token);
  return (
    <div className="token-field">
      <label>
        <span>Token</span>
        <input
          // Not a password field: the browser would offer to keep it.
          type="text"
          value={token}
          placeholder="paste a bearer token"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          onChange={(event) => setToken(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
      </label>
      <DemoChoice token={token} />
      <Owner token={token} claims={claims} now={now} />
    </div>
  );
}

function DemoChoice({ token }: { readonly token: string }) {
  const { demoTokens } = initialState;
  if (demoTokens.length === 0) return null;
  const isDemoToken = demoTokens.some((each) => each.token === token);
  return (
    <label>
      <span>of</span>
      <select
        aria-label="Subject of the demo"
        value={isDemoToken ? token : ''}
        onChange={(event) => setToken(event.target.value)}
      >
        {!isDemoToken && <option value="">somebody else</option>}
        {demoTokens.map((each) => (
          <option key={each.token} value={each.token}>
            {each.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface OwnerProps {
  readonly token: string;
  readonly claims: TokenClaims | undefined;
  readonly now: number;
}

/** Who it is and how long. */
function Owner({ token, claims, now }: OwnerProps) {
  const demo = initialState.demoTokens.find((each) => each.token === token);
  if (token === '') return <output className="token-owner">kept in memory only</output>;
  if (claims === undefined) return <output className="token-owner">This does not look like a token.</output>;
  const isExpired = claims.expires * 1000 < now;
  return (
    <output className="token-owner" title={claims.subject}>
      {demo ? `sees ${demo.sees}` : claims.subject}
      <span className={isExpired ? 'token-expired' : ''}> · {formatExpiry(claims.expires, now)}</span>
    </output>
  );
}

const relativeTime = new Intl.RelativeTimeFormat('en');

function formatExpiry(expires: number, now: number): string {
  const seconds = Math.round(expires - now / 1000);
  const [unit, size] = unitFor(Math.abs(seconds));
  return `${seconds > 0 ? 'ends' : 'ended'} ${relativeTime.format(Math.trunc(seconds / size), unit)}`;
}

function unitFor(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 120) return ['second', 1];
  if (seconds < 7200) return ['minute', 60];
  return seconds < 172_800 ? ['hour', 3600] : ['day', 86_400];
}

function useClock(intervalMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}
