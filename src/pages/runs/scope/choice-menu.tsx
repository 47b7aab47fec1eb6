import './choice-menu.css';
import { useState } from 'react';
import { Menu } from '../menu.js';

export interface Choice {
  readonly value: string;
  readonly name: string;
}

/** Choices with an optional title. */
export interface ChoiceGroup {
  readonly title?: string | undefined;
  readonly choices: readonly Choice[];
}

interface ChoiceMenuProps {
  readonly label: string;
  readonly value: string;
  readonly groups: readonly ChoiceGroup[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** From this number of choices, their names can be searched. */
const minSearched = 10;

/** Chooses a value by name, in the browser's own menu or, among many values, in a menu that can be searched. */
export function ChoiceMenu({ label, value, groups, isDisabled = false, onChange }: ChoiceMenuProps) {
  const choices = groups.flatMap((group) => group.choices);
  if (choices.length >= minSearched && !isDisabled) {
    return (
      <div className="choice-menu">
        <span className="faint" aria-hidden="true">
          {label}
        </span>
        <SearchedMenu label={label} value={value} groups={groups} onChange={onChange} />
      </div>
    );
  }
  return (
    <label>
      <span className="faint">{label}</span>
      <select value={value} disabled={isDisabled} onChange={({ target }) => onChange(target.value)}>
        {groups.map(({ title, choices: inGroup }, index) => {
          const options = inGroup.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.name}
            </option>
          ));
          return title === undefined ? (
            options
          ) : (
            <optgroup key={`${index} ${title}`} label={title}>
              {options}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
}

function SearchedMenu({ label, value, groups, onChange }: Omit<ChoiceMenuProps, 'isDisabled'>) {
  const [term, setTerm] = useState('');
  const chosen = groups.flatMap(({ choices }) => choices).find((choice) => choice.value === value);
  const matches = (text: string) => text.toLowerCase().includes(term.trim().toLowerCase());
  const matching = groups
    // A matching title includes all choices of its group.
    .map(({ title = '', choices }) => ({
      title,
      choices: matches(title) ? choices : choices.filter(({ name }) => matches(name)),
    }))
    .filter(({ choices }) => choices.length > 0);
  const choose = (next: string, element: Element) => {
    setTerm('');
    const menu = element.closest('details')!;
    menu.open = false;
    menu.querySelector('summary')!.focus();
    if (next !== value) onChange(next);
  };
  return (
    <Menu title={chosen?.name ?? '…'} name={label} legend={label}>
      <input
        type="search"
        aria-label={`Search ${label.toLowerCase()}s`}
        placeholder="name"
        autoComplete="off"
        spellCheck={false}
        value={term}
        onChange={({ target }) => setTerm(target.value)}
        onKeyDown={(event) => {
          const [first] = matching.flatMap(({ choices }) => choices);
          if (event.key !== 'Enter' || first === undefined) return;
          // Otherwise the menu's button, which gets the focus, would open it again.
          event.preventDefault();
          choose(first.value, event.currentTarget);
        }}
      />
      {matching.map(({ title, choices }, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would have the form of the menu.
        <div key={`${index} ${title}`} role="group" aria-label={title || label} className="choices">
          {title !== '' && <span className="faint">{title}</span>}
          {choices.map(({ value: next, name }) => (
            <button
              key={next}
              type="button"
              className="bare one-line"
              title={name}
              aria-current={next === value ? 'true' : undefined}
              onClick={({ currentTarget }) => choose(next, currentTarget)}
            >
              {name}
            </button>
          ))}
        </div>
      ))}
      {matching.length === 0 && <p className="muted">No name matches.</p>}
    </Menu>
  );
}
