import './run-table.css';
import { notVisible } from '../../shared/api/error-sentence.js';
import { setParams } from '../navigation.js';
import { clickRow, pressKeyInRow } from '../peek/row-events.js';
import { urlOfRun, withPlace } from '../run-url.js';
import type { Scope } from '../scope/scope.js';
import type { Column, PlacedRun } from '../table/columns.js';
import { pageSize } from '../table/run-list.js';

interface RunTableProps {
  readonly columns: readonly Column[];
  /** Ids of runs whose payload is not visible. */
  readonly withheld: ReadonlySet<string>;
  /** undefined: they are on their way. */
  readonly runs: readonly PlacedRun[] | undefined;
  readonly scope: Scope | undefined;
  /** Parameters that links to runs keep. */
  readonly runParams: URLSearchParams;
  readonly order: string;
  readonly isBusy: boolean;
  readonly changed: ReadonlyMap<string, unknown>;
  /** The id of the run that is open next to the list. */
  readonly peeked: string | undefined;
  /** Ids of the runs that are marked to be compared. */
  readonly marked: readonly string[];
}

export function RunTable(props: RunTableProps) {
  const { columns, withheld, runs, scope, runParams, order, isBusy, changed, peeked, marked } = props;
  const minWidth = columns.reduce((sum, { width }) => sum + (width || 16), 0);
  return (
    // Focusable, so that the keyboard can scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section className="run-table" tabIndex={0} aria-label="Runs" aria-busy={isBusy}>
      <table style={{ '--min-width': `${minWidth}rem` } as React.CSSProperties}>
        <colgroup>
          {columns.map(({ name, width }) => (
            <col key={name} style={width === 0 ? {} : { width: `${width}rem` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnTitle key={column.name} column={column} order={order} />
            ))}
          </tr>
        </thead>
        <tbody>
          {runs === undefined
            ? Array.from({ length: pageSize }, (_, index) => <EmptyRow key={index} columns={columns} />)
            : runs.map((run) => (
                <tr
                  key={run.id}
                  className={changed.has(run.id) ? 'fresh' : ''}
                  aria-current={run.id === peeked ? 'true' : undefined}
                  onClick={(event) => clickRow(event, run)}
                >
                  {columns.map(({ name, title, isNumber, isPayload, render }) => (
                    <td
                      key={name}
                      className={`${name}-cell ${isNumber ? 'number' : ''}`}
                      data-title={title}
                      title={wholeText(render(run))}
                    >
                      {name === 'created' && scope ? (
                        <a
                          className="row-link"
                          href={urlOfRun({ ...scope, ...run }, withPlace(runParams, run.cursor))}
                          data-run={run.id}
                          onKeyDown={(event) => pressKeyInRow(event, run)}
                        >
                          {marked.includes(run.id) && (
                            <span className="row-mark" role="img" aria-label="Marked" title="Marked">
                              ✓
                            </span>
                          )}
                          {render(run)}
                        </a>
                      ) : isPayload && withheld.has(run.id) ? (
                        <span className="faint">{isNumber ? '–' : notVisible}</span>
                      ) : (
                        render(run)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}

/** Returns what a cell may cut, for the pointer; undefined where it shows no plain text. */
function wholeText(content: React.ReactNode): string | undefined {
  return typeof content === 'string' || typeof content === 'number' ? String(content) : undefined;
}

/** With a button where the list can be ordered by it: first the largest, then the smallest. */
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
      aria-sort={isOrdered ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      {columnOrder === undefined ? (
        title
      ) : (
        <button type="button" className="order" onClick={orderBy}>
          {title}
        </button>
      )}
    </th>
  );
}

/** A placeholder as high as a run: nothing moves when the runs arrive. */
function EmptyRow({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <tr>
      {columns.map(({ name }) => (
        <td key={name} className={`${name}-cell`}>
          <span className="placeholder" />
        </td>
      ))}
    </tr>
  );
}
