import { useEffect, useRef, useState } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { readClaims, tokenIn } from './token-claims.js';
import { setToken } from './token-store.js';

interface TokenInputProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly autoFocus?: boolean;
}

/**
 * Accepts a complete token as soon as it is pasted, and an empty field. Anything else takes effect with Enter or when
 * the field loses focus.
 */
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
    <label className="token-input">
      <span>Token</span>
      <input
        ref={input}
        // Not a password field, because the browser would offer to save it.
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

/** In the demo, lets users choose a token by its owner's name, or explains why they cannot. */
export function DemoChoice({ token }: { readonly token: string }) {
  const { demoTokens, demoNotice } = initialState;
  if (demoNotice !== undefined) return <small>{demoNotice}</small>;
  if (demoTokens.length === 0) return null;
  const isDemoToken = demoTokens.some((demoToken) => demoToken.token === token);
  return (
    <label>
      <span>Read as</span>
      <select value={isDemoToken ? token : ''} onChange={(event) => setToken(event.target.value)}>
        {!isDemoToken && <option value="">somebody else</option>}
        {demoTokens.map((demoToken) => (
          <option key={demoToken.token} value={demoToken.token}>
            {demoToken.label}
          </option>
        ))}
      </select>
    </label>
  );
}
