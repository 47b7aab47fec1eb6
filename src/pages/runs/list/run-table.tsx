import './run-table.css';
import { useLayoutEffect, useRef, useState } from 'react';
import { toggleMarks } from '../marks/comparison-url.js';
import { setParams, useLocation } from '../navigation.js';
import { hasRoomToPeek } from '../peek/peeked-run.js';
import type { Scope } from '../scope/scope-params.js';
import { type Column, fittingColumns, minWidthOf, type PlacedRun, selectWidth } from '../table/columns.js';
import { pageSize } from '../table/run-list.js';
import { RunRow } from './run-row.js';

interface RunTableProps {
  readonly columns: readonly Column[];
  readonly isDense: boolean;
  /** Ids of runs whose payload is not visible. */
  readonly withheld: ReadonlySet<string>;
  /** The runs; `undefined` while they are loading. */
  readonly runs: readonly PlacedRun[] | undefined;
  readonly scope: Scope | undefined;
  /** Parameters that links to runs keep. */
  readonly runParams: URLSearchParams;
  readonly order: string;
  readonly isBusy: boolean;
  readonly changed: ReadonlyMap<string, unknown>;
  /** The id of the run that is open next to the list. */
  readonly peeked: string | undefined;
  /** Ids of the selected runs. */
  readonly marked: readonly string[];
}

export function RunTable(props: RunTableProps) {
  const { withheld, runs, scope, runParams, order, isBusy, changed, peeked, marked } = props;
  const { params } = useLocation();
  const container = useRef<HTMLElement>(null);
  const width = useWidthInRem(container);
  const isNarrowed = peeked !== undefined && hasRoomToPeek();
  const columns = isNarrowed && width !== undefined ? fittingColumns(props.columns, width) : props.columns;
  const ids = runs?.map(({ id }) => id) ?? [];
  return (
    // Focusable, so that the keyboard can scroll it.
    <section
      ref={container}
      className={`run-table panel table ${props.isDense ? 'dense' : ''}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
      tabIndex={0}
      aria-label="Runs"
      aria-busy={isBusy}
    >
      <table style={{ '--min-width': isNarrowed ? 0 : `${minWidthOf(columns)}rem` } as React.CSSProperties}>
        <colgroup>
          <col style={{ width: `${selectWidth}rem` }} />
          {columns.map(({ name, width }) => (
            <col key={name} style={width === 0 ? {} : { width: `${width}rem` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th className="select-cell">
              <input
                type="checkbox"
                aria-label="Select all runs of this page"
                disabled={ids.length === 0}
                checked={ids.length > 0 && ids.every((id) => marked.includes(id))}
                onChange={() => toggleMarks(params, ids)}
              />
            </th>
            {columns.map((column) => (
              <ColumnTitle key={column.name} column={column} order={order} />
            ))}
          </tr>
        </thead>
        <tbody>
          {runs === undefined
            ? Array.from({ length: pageSize }, (_, index) => <EmptyRow key={index} columns={columns} />)
            : runs.map((run) => (
                <RunRow
                  key={run.id}
                  run={run}
                  columns={columns}
                  scope={scope}
                  runParams={runParams}
                  params={params}
                  isFresh={changed.has(run.id)}
                  isPeeked={run.id === peeked}
                  isMarked={marked.includes(run.id)}
                  isWithheld={withheld.has(run.id)}
                />
              ))}
        </tbody>
      </table>
    </section>
  );
}

/** Returns the width of an element, measured before the browser paints. */
function useWidthInRem(element: React.RefObject<HTMLElement | null>): number | undefined {
  const [width, setWidth] = useState<number>();
  useLayoutEffect(() => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width / rem));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** A title with a button if the list can be ordered by the column: largest first, then smallest first. */
function ColumnTitle({ column, order }: { readonly column: Column; readonly order: string }) {
  const { title, isNumber, order: columnOrder } = column;
  const isDescending = order === `${columnOrder}_DESC`;
  const isOrdered = isDescending || order === `${columnOrder}_ASC`;
  const orderBy = () =>
    setParams({ order: `${columnOrder}_${isDescending ? 'ASC' : 'DESC'}`, after: null, before: null });
  return (
    <th
      scope="col"
      className={isNumber ? 'number' : ''}
      aria-sort={
        isOrdered ? (isDescending ? 'descending' : 'ascending') : columnOrder === undefined ? undefined : 'none'
      }
    >
      {columnOrder === undefined ? (
        title
      ) : (
        <button type="button" className="order bare" onClick={orderBy}>
          {title}
        </button>
      )}
    </th>
  );
}

/** A placeholder as high as a run, so that nothing moves when the runs arrive. */
function EmptyRow({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <tr>
      <td className="select-cell" />
      {columns.map(({ name }) => (
        <td key={name} className={`${name}-cell`}>
          <span className="placeholder" />
        </td>
      ))}
    </tr>
  );
}
