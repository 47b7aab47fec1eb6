import { useEffect, useState } from 'react';
import { beginSignIn, canSignIn } from '../token/sign-in.js';
import { readClaims } from '../token/token-claims.js';
import { DemoChoice, TokenInput } from '../token/token-input.js';
import { demoTokenOf } from '../token/token-owner.js';
import { setToken, signOut, useTokens } from '../token/token-store.js';
import { Access } from './access.js';
import { ThemeChoice } from './theme-choice.js';

interface SessionPanelProps {
  readonly name: string;
  /** Whether the page has a token that the gateway accepts. */
  readonly isReady: boolean;
  /** Called before another token is used. */
  readonly onToken: () => void;
}

/** The owner of the page's token, its access and expiry, and ways to change it. */
export function SessionPanel({ name, isReady, onToken }: SessionPanelProps) {
  const { accessToken, idToken } = useTokens();
  const takeToken = (text: string) => {
    onToken();
    setToken(text);
  };
  return (
    <>
      {isReady && <Owner token={accessToken} name={name} />}
      {canSignIn && !(isReady && idToken) && (
        <button type="button" className="primary" onClick={() => void beginSignIn()}>
          Sign in
        </button>
      )}
      <DemoChoice token={accessToken} />
      <TokenInput text={accessToken} onText={takeToken} />
      <ThemeChoice />
      {isReady && (
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      )}
    </>
  );
}

function Owner({ token, name }: { readonly token: string; readonly name: string }) {
  const now = useClock(15_000);
  const claims = readClaims(token);
  const demo = demoTokenOf(token);
  if (claims === undefined) return <p className="session-owner">This does not look like a token.</p>;
  return (
    <div className="session-owner">
      <strong>{name}</strong>
      {claims.subject !== name && <code>{claims.subject}</code>}
      {demo ? <span>sees {demo.sees}</span> : <Access />}
      <output className="muted">{formatExpiry(claims.expires, now)}</output>
    </div>
  );
}

const relativeTime = new Intl.RelativeTimeFormat('en');

function formatExpiry(expires: number, now: number): string {
  const seconds = Math.round(expires - now / 1000);
  const [unit, size] = unitFor(Math.abs(seconds));
  return `Session ${seconds > 0 ? 'ends' : 'ended'} ${relativeTime.format(Math.trunc(seconds / size), unit)}`;
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
