import { setParams } from '../navigation.js';
import { type Column, columns, toggledColumns } from '../table/columns.js';

export function ColumnMenu({ selected }: { readonly selected: readonly Column[] }) {
  return (
    <details className="menu">
      <summary>Columns</summary>
      <fieldset>
        <legend>Columns of the table</legend>
        {columns.map(({ name, title }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={selected.some((column) => column.name === name)}
              disabled={name === 'created'}
              onChange={() => setParams({ columns: toggledColumns(selected, name) }, { replace: true })}
            />
            {title}
          </label>
        ))}
        <button type="button" className="link" onClick={() => setParams({ columns: null }, { replace: true })}>
          As at first
        </button>
      </fieldset>
    </details>
  );
}
