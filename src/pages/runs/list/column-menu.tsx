import { useCommitted } from '../../shared/use-committed.js';
import { Menu } from '../menu.js';
import type { ParamChanges } from '../navigation.js';
import { type Column, toggledColumns } from '../table/columns.js';
import { setDense, useIsDense } from '../views/density.js';

interface ColumnMenuProps {
  readonly offered: readonly Column[];
  readonly selected: readonly Column[];
  /** The paths in the response that are shown. */
  readonly paths: readonly string[];
  /** Sets columns; `null` restores the default ones. */
  readonly onChange: (changes: ParamChanges | null) => void;
}

export function ColumnMenu({ offered, selected, paths, onChange }: ColumnMenuProps) {
  const isDense = useIsDense();
  return (
    <Menu title="Columns" legend="Columns of the table">
      {offered.map(({ name, title }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={selected.some((column) => column.name === name)}
            disabled={name === 'created'}
            onChange={() => onChange({ columns: toggledColumns(selected, name), show: paths })}
          />
          {title}
        </label>
      ))}
      {selected.some(({ name }) => name === 'response') && (
        <ShownPaths paths={paths} onChange={(show) => onChange({ columns: toggledColumns(selected), show })} />
      )}
      <button type="button" className="link" onClick={() => onChange(null)}>
        Reset
      </button>
      <label className="menu-option">
        <input type="checkbox" checked={isDense} onChange={({ target }) => setDense(target.checked)} />
        Dense rows
      </label>
    </Menu>
  );
}

interface ShownPathsProps {
  readonly paths: readonly string[];
  readonly onChange: (paths: readonly string[]) => void;
}

/** Selects which values of responses the list shows instead of the first ones. */
function ShownPaths({ paths, onChange }: ShownPathsProps) {
  const value = paths.join(', ');
  const committed = useCommitted(value, (text) => {
    const typed = text.split(',').map((path) => path.trim());
    const pointers = typed.filter((path) => path !== '').map((path) => (path.startsWith('/') ? path : `/${path}`));
    if (text !== value) onChange(pointers);
  });
  return (
    <label className="shown-paths">
      Values of the response
      <input placeholder="/team, /confidence" autoComplete="off" spellCheck={false} {...committed} />
    </label>
  );
}
