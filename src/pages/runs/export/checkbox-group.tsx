interface CheckboxGroupProps {
  readonly title: string;
  /** Names with their labels, in the order of `chosen`. */
  readonly options: readonly (readonly [name: string, label: string])[];
  readonly chosen: readonly string[];
  readonly isDisabled: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Checkboxes of which any number can be chosen. Nothing without options. */
export function CheckboxGroup({ title, options, chosen, isDisabled, onChange }: CheckboxGroupProps) {
  if (options.length === 0) return null;
  const toggle = (toggled: string) =>
    onChange(options.flatMap(([name]) => (chosen.includes(name) !== (name === toggled) ? [name] : [])));
  return (
    <fieldset className="export-columns" disabled={isDisabled}>
      <legend className="faint">{title}</legend>
      {options.map(([name, label]) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
