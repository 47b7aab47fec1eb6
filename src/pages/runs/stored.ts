// Values that the browser stores as JSON for all tabs.

import { useMemo, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

/** Returns the stored value, including after another tab has changed it, or `undefined` without a valid one. */
export function useStored<Value>(key: string, isValue: (value: unknown) => value is Value): Value | undefined {
  const text = useSyncExternalStore(subscribe, () => readText(key));
  return useMemo(() => parsed(text, isValue), [text, isValue]);
}

/** Stores a value. If the browser stores nothing, the pages work without it. */
export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {}
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

function readText(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parsed<Value>(text: string | null, isValue: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
