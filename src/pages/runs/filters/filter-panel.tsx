import { useEffect, useState } from 'react';
import { useLocation } from '../navigation.js';
import type { FilterError } from './filter-error.js';
import { type FilterField, groupField, panelFields, setFilter } from './filter-fields.js';

interface FilterPanelProps {
  /** Whether filters by payload can match. */
  readonly hasPayload: boolean;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly error: FilterError | undefined;
}

export function FilterPanel({ hasPayload, groups, error }: FilterPanelProps) {
  const { params } = useLocation();
  const fields = panelFields.filter(({ isPayload = false }) => hasPayload || !isPayload);
  return (
    <div className="filter-panel">
      {fields.map((field) => {
        const value = params.get(field.param) ?? '';
        const choices = field === groupField ? choicesOf(groups, value) : field.choices;
        return (
          <div key={field.param}>
            <label htmlFor={`filter-${field.param}`}>
              <span className="field-name">{field.label}</span>
              {choices ? (
                <select
                  id={`filter-${field.param}`}
                  value={value}
                  onChange={({ target }) => setFilter(field.param, target.value)}
                >
                  <option value="">any</option>
                  {choices.map(([each, label]) => (
                    <option key={each} value={each}>
                      {label}
                    </option>
                  ))}
                </select>
              ) : (
                <TypedFilter field={field} value={value} isInvalid={error?.param === field.param} />
              )}
            </label>
            {error?.param === field.param && (
              <span className="field-error" id={`error-${field.param}`}>
                {error.message}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}

function choicesOf(groups: FilterPanelProps['groups'], value: string) {
  const isMissing = value !== '' && value !== 'none' && !groups.some(({ id }) => id === value);
  return [
    ['none', 'without one'],
    ...(isMissing ? [[value, value]] : []),
    ...groups.map(({ id, name }) => [id, name]),
  ] as [string, string][];
}

interface TypedFilterProps {
  readonly field: FilterField;
  readonly value: string;
  readonly isInvalid: boolean;
}

/** The keyboard of a phone for a filter of each type. */
const inputModes: Readonly<Record<string, 'numeric' | 'decimal'>> = {
  Int: 'numeric',
  Float: 'decimal',
  Decimal: 'decimal',
};

/** Takes effect with Enter or when it is left: each letter would be a list of its own. */
function TypedFilter({ field, value, isInvalid }: TypedFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text !== value) setFilter(field.param, text.trim());
  };
  return (
    <input
      id={`filter-${field.param}`}
      type="text"
      inputMode={inputModes[field.type ?? ''] ?? 'text'}
      aria-invalid={isInvalid}
      {...(isInvalid && { 'aria-describedby': `error-${field.param}` })}
      autoComplete="off"
      spellCheck={false}
      value={text}
      placeholder={field.example}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
      }}
    />
  );
}
