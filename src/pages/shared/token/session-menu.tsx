import './session-menu.css';
import { useEffect, useRef, useState } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { Access } from './access.js';
import { nameIn } from './id-token.js';
import { beginSignIn, canSignIn } from './sign-in.js';
import { readClaims } from './token-claims.js';
import { DemoChoice, TokenInput } from './token-input.js';
import { setToken, signOut, useSession, useTokens } from './token-store.js';
import type { Tokens } from './tokens.js';

const menuId = 'session-menu';

/** The person that the page reads as; a menu shows what they see and for how long, and changes it. */
export function SessionMenu() {
  const tokens = useTokens();
  const session = useSession();
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  if (session !== 'ready') return null;
  const name = nameOf(tokens);
  const takeToken = (text: string) => {
    menu.current?.hidePopover();
    setToken(text);
  };
  return (
    // Esc closes the menu alone, not what the page has open.
    // biome-ignore lint/a11y/noStaticElementInteractions: it handles no key itself.
    <div className="session" onKeyDown={(event) => isOpen && event.key === 'Escape' && event.stopPropagation()}>
      <button type="button" className="session-button" popoverTarget={menuId} title={name}>
        <PersonIcon />
        <span className="session-name">{name}</span>
      </button>
      <div
        ref={menu}
        id={menuId}
        className="session-menu"
        popover="auto"
        role="dialog"
        aria-label="Session"
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && (
          <>
            <Owner tokens={tokens} name={name} />
            {canSignIn && tokens.idToken === undefined && (
              <button type="button" className="primary" onClick={() => void beginSignIn()}>
                Sign in
              </button>
            )}
            <DemoChoice token={tokens.accessToken} />
            <TokenInput label="Use a token" text={tokens.accessToken} onText={takeToken} />
            <button type="button" onClick={signOut}>
              Sign out
            </button>
          </>
        )}
      </div>
    </div>
  );
}

function nameOf({ accessToken, idToken }: Tokens): string {
  const demo = demoTokenOf(accessToken);
  return demo?.label ?? nameIn(idToken ?? accessToken) ?? 'Token';
}

function demoTokenOf(token: string) {
  return initialState.demoTokens.find((each) => each.token === token);
}

function Owner({ tokens: { accessToken }, name }: { readonly tokens: Tokens; readonly name: string }) {
  const now = useClock(15_000);
  const claims = readClaims(accessToken);
  const demo = demoTokenOf(accessToken);
  if (claims === undefined) return <p className="session-owner">This does not look like a token.</p>;
  return (
    <div className="session-owner">
      <strong>{name}</strong>
      {claims.subject !== name && <code>{claims.subject}</code>}
      {demo ? <span>sees {demo.sees}</span> : <Access />}
      <output>{formatExpiry(claims.expires, now)}</output>
    </div>
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

function PersonIcon() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <circle cx="10" cy="6.5" r="3.5" />
      <path d="M3 17.5c.6-4 3.4-6 7-6s6.4 2 7 6" />
    </svg>
  );
}
