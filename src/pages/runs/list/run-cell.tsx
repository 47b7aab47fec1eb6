import { useState } from 'react';
import { notVisible } from '../../shared/api/error-sentence.js';
import { useLocation } from '../navigation.js';
import { hasRoomToPeek } from '../peek/peeked-run.js';
import type { Scope } from '../scope/scope-params.js';
import type { Column, ListedRun } from '../table/columns.js';
import { type CellFilter, cellFiltersOf } from './cell-filters.js';

interface RunCellProps {
  readonly column: Column;
  readonly run: ListedRun;
  readonly scope: Scope | undefined;
  readonly isWithheld: boolean;
}

/** A value of a run. While the pointer or the focus is on it, it offers filters for its value. */
export function RunCell({ column, run, scope, isWithheld }: RunCellProps) {
  const { params } = useLocation();
  const [isReached, setReached] = useState(false);
  const { title, isNumber } = column;
  if (isWithheld && column.isPayload) {
    return (
      <td className={cellClass(column)} data-title={title}>
        <span className="faint">{isNumber ? '–' : notVisible}</span>
      </td>
    );
  }
  const filter = hasRoomToPeek() ? column.filter?.(run, scope) : undefined;
  const filters = filter === undefined ? [] : cellFiltersOf(filter, title);
  const content = column.render(run);
  if (filters.length === 0) {
    return (
      <td className={cellClass(column)} data-title={title} title={wholeText(content)}>
        {content}
      </td>
    );
  }
  const applyFirst = (event: React.SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation();
    filters[0]!.apply(params);
  };
  return (
    <td
      className={cellClass(column)}
      data-title={title}
      title={wholeText(content)}
      tabIndex={-1}
      onMouseEnter={() => setReached(true)}
      onMouseLeave={() => setReached(false)}
      onFocus={() => setReached(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setReached(false);
      }}
      onClick={(event) => event.altKey && applyFirst(event)}
      onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && applyFirst(event)}
    >
      {content}
      {isReached && <CellFilters filters={filters} />}
    </td>
  );
}

function CellFilters({ filters }: { readonly filters: readonly CellFilter[] }) {
  const { params } = useLocation();
  return (
    <span className="cell-filters">
      {filters.map(({ sign, label, apply }) => (
        <button
          key={sign}
          type="button"
          aria-label={label}
          title={label}
          onClick={(event) => {
            event.stopPropagation();
            apply(params);
          }}
        >
          {sign}
        </button>
      ))}
    </span>
  );
}

export function cellClass({ name, isNumber = false }: Column): string {
  return `${name}-cell ${isNumber ? 'number' : ''}`;
}

/** Returns the text that a cell may truncate, for a tooltip, or `undefined` if it does not show plain text. */
function wholeText(content: React.ReactNode): string | undefined {
  return typeof content === 'string' || typeof content === 'number' ? String(content) : undefined;
}
