import { useGraphiQL, useHeadersEditorState } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { bearerTokenIn, readClaims, toHeadersText } from './bearer-token.js';
import type { DemoToken } from './initial-state.js';

/** Says whose token the shown tab sends and when it ends; in the demo, lets one choose another. */
export function TokenBox({ demoTokens }: { demoTokens: readonly DemoToken[] }) {
  const isReady = useGraphiQL((state) => state.headerEditor !== undefined);
  const [headersText, setHeadersText] = useHeadersEditorState();
  const now = useClock(15_000);
  if (!isReady) return null;
  const token = bearerTokenIn(headersText) ?? '';
  const claims = readClaims(token);
  const owner = claims?.subject ?? (token === '' ? 'nobody' : 'unknown');
  const isDemoToken = demoTokens.some((each) => each.token === token);
  return (
    <div className="token-box" title={claims?.subject}>
      <span className="token-caption">Token of</span>
      {demoTokens.length === 0 ? (
        <span className="token-owner">{owner}</span>
      ) : (
        <select
          aria-label="Whose token to send"
          value={isDemoToken ? token : ''}
          onChange={(event) => setHeadersText(toHeadersText(event.target.value))}
        >
          {!isDemoToken && <option value="">{owner}</option>}
          {demoTokens.map((each) => (
            <option key={each.token} value={each.token}>
              {each.label}
            </option>
          ))}
        </select>
      )}
      {claims && (
        <span className={claims.expires * 1000 < now ? 'token-ended' : ''}>{ending(claims.expires, now)}</span>
      )}
    </div>
  );
}

const relativeTime = new Intl.RelativeTimeFormat('en');

function ending(expires: number, now: number): string {
  const seconds = Math.round(expires - now / 1000);
  const [unit, size] = unitFor(Math.abs(seconds));
  return `${seconds > 0 ? 'ends' : 'ended'} ${relativeTime.format(Math.trunc(seconds / size), unit)}`;
}

function unitFor(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 120) return ['second', 1];
  if (seconds < 7200) return ['minute', 60];
  return seconds < 172_800 ? ['hour', 3600] : ['day', 86_400];
}

function useClock(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
