import { useEffect, useState } from 'react';
import { setParams, useLocation } from '../navigation.js';
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
        {selected.some(({ name }) => name === 'response') && <ShownPaths />}
        <button
          type="button"
          className="link"
          onClick={() => setParams({ columns: null, show: null }, { replace: true })}
        >
          Reset
        </button>
      </fieldset>
    </details>
  );
}

/** Which values of responses the list shows, instead of the first ones. */
function ShownPaths() {
  const { params } = useLocation();
  const value = params.getAll('show').join(', ');
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    const paths = text.split(',').map((path) => path.trim());
    const pointers = paths.filter((path) => path !== '').map((path) => (path.startsWith('/') ? path : `/${path}`));
    if (text !== value) setParams({ show: pointers }, { replace: true });
  };
  return (
    <label className="shown-paths">
      Values of the response
      <input
        placeholder="/team, /confidence"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit();
        }}
      />
    </label>
  );
}
