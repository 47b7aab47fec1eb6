import { useState } from 'react';
import { chooseTheme, chosenTheme, type Theme } from '../theme/theme.js';

const themes: readonly (readonly [theme: Theme, label: string])[] = [
  ['', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Chooses the colours of all pages in this browser. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <fieldset className="segments">
      <legend>Colours</legend>
      {themes.map(([value, label]) => (
        <button
          key={label}
          type="button"
          aria-pressed={value === theme}
          onClick={() => {
            chooseTheme(value);
            setTheme(value);
          }}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
