import { useEffect } from 'react';

export interface Shortcut {
  /** Names of key presses, as in {@link pressesOf}: `j`, or `g h` for two in a row. */
  readonly keys: readonly string[];
  readonly description: string;
  /** If omitted, the focused element handles the key. */
  readonly run?: () => void;
}

let pageShortcuts: readonly Shortcut[] = [];

/** Sets the keyboard shortcuts of the page. The header lists and handles them. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    pageShortcuts = shortcuts;
    return () => {
      pageShortcuts = [];
    };
  });
}

export function shortcutsOfPage(): readonly Shortcut[] {
  return pageShortcuts;
}
