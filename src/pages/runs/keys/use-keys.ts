import { useEffect, useRef } from 'react';
import { type KeyPress, paletteKey, pressesOf } from './key-press.js';
import { type Shortcut, shortcutsOfPage } from './shortcuts.js';

/** Handles the keys of the page, and those of every page, which a page can replace. Keys typed into a field are text. */
export function useKeys(commonShortcuts: readonly Shortcut[]): void {
  const newest = useRef(commonShortcuts);
  newest.current = commonShortcuts;
  useEffect(() => {
    let previous: KeyPress | undefined;
    const onKey = (event: KeyboardEvent) => {
      const names = pressesOf(event, previous);
      previous = event;
      if (document.querySelector('dialog:modal') !== null) return;
      if (isTyping(event.target) && !names.includes(paletteKey)) return;
      const shortcuts = [...shortcutsOfPage(), ...newest.current];
      const found = names.map((name) => shortcuts.find(({ keys }) => keys.includes(name)));
      const run = found.find((shortcut) => shortcut !== undefined)?.run;
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select, audio, video') !== null
  );
}
