// Values that the browser keeps for all tabs, as JSON.

import { useMemo, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

/** Returns the kept value, also after another tab has changed it; undefined without one of the right form. */
export function useStored<Value>(key: string, isValue: (value: unknown) => value is Value): Value | undefined {
  const text = useSyncExternalStore(subscribe, () => readText(key));
  return useMemo(() => parsed(text, isValue), [text, isValue]);
}

/** Keeps a value; where the browser keeps nothing, the pages work without it. */
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
