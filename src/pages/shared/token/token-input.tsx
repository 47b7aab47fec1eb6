import './token-field.css';
import { useEffect, useRef, useState } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { readClaims, type TokenClaims, tokenIn } from './token-claims.js';
import { setToken, signOut, useSession, useToken } from './token-store.js';

/** Whose token the page has, and for how long; in the demo, another may be chosen by the name of its owner. */
export function TokenField() {
  const token = useToken();
  const session = useSession();
  const now = useClock(15_000);
  if (session !== 'ready') return null;
  return (
    <div className="token-field">
      <TokenInput text={token} onText={setToken} />
      <DemoChoice token={token} />
      <Owner token={token} claims={readClaims(token)} now={now} />
      <button type="button" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}

interface TokenInputProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly autoFocus?: boolean;
}

/** Takes a whole token at once, as it is pasted, and an empty field; anything else with Enter or when it is left. */
export function TokenInput({ text, onText, autoFocus = false }: TokenInputProps) {
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  const change = (value: string) => {
    setTyped(value);
    if (value === '' || readClaims(tokenIn(value)) !== undefined) onText(value);
  };
  const commit = () => {
    if (typed !== text) onText(typed);
  };
  return (
    <label>
      <span>Token</span>
      <input
        ref={input}
        // Not a password field: the browser would offer to keep it.
        type="text"
        value={typed}
        placeholder="paste a bearer token"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        onChange={(event) => change(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit();
        }}
      />
    </label>
  );
}

export function DemoChoice({ token }: { readonly token: string }) {
  const { demoTokens } = initialState;
  if (demoTokens.length === 0) return null;
  const isDemoToken = demoTokens.some((each) => each.token === token);
  return (
    <label>
      <span>as</span>
      <select aria-label="Read as" value={isDemoToken ? token : ''} onChange={(event) => setToken(event.target.value)}>
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

/** The subject of the token and its expiry. */
function Owner({ token, claims, now }: OwnerProps) {
  const demo = initialState.demoTokens.find((each) => each.token === token);
  if (claims === undefined) return <output className="token-owner">This does not look like a token.</output>;
  return (
    <output className="token-owner" title={claims.subject}>
      {demo ? `sees ${demo.sees}` : claims.subject}
      {` · ${formatExpiry(claims.expires, now)}`}
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
