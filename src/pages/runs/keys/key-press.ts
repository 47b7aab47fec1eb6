/** The used parts of a `KeyboardEvent`. */
export interface KeyPress {
  readonly key: string;
  readonly timeStamp: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The key press that opens the palette, with Cmd instead of Ctrl on a Mac. */
export const paletteKey = 'Ctrl K';

const maxPauseMs = 1500;

/**
 * Returns the names of a key press, the most specific first: `['g h', 'h']` shortly after `g`. Presses that belong to the
 * browser have no names.
 */
export function pressesOf(press: KeyPress, previous: KeyPress | undefined): readonly string[] {
  const { key, ctrlKey, metaKey, altKey, timeStamp } = press;
  if (altKey) return [];
  if (ctrlKey || metaKey) return key.toLowerCase() === 'k' ? [paletteKey] : [];
  const isSecond = previous?.key === 'g' && timeStamp - previous.timeStamp < maxPauseMs;
  return isSecond ? [`g ${key}`, key] : [key];
}
