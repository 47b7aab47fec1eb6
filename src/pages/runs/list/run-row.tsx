import { formatTime } from '../../shared/format/format-time.js';
import { toggleMark } from '../marks/comparison-url.js';
import { auxClickRow, clickRow, pressButtonInRow, pressKeyInRow } from '../peek/row-events.js';
import { urlOfRun, withPlace } from '../run-url.js';
import type { Scope } from '../scope/scope-params.js';
import type { Column, PlacedRun } from '../table/columns.js';
import { cellClass, RunCell } from './run-cell.js';

interface RunRowProps {
  readonly run: PlacedRun;
  readonly columns: readonly Column[];
  readonly scope: Scope | undefined;
  /** Parameters that links to runs keep. */
  readonly runParams: URLSearchParams;
  readonly params: URLSearchParams;
  readonly isFresh: boolean;
  readonly isPeeked: boolean;
  readonly isMarked: boolean;
  readonly isWithheld: boolean;
}

export function RunRow({ run, columns, scope, runParams, params, ...state }: RunRowProps) {
  return (
    <tr
      className={`${state.isFresh ? 'fresh' : ''} ${state.isMarked ? 'marked' : ''}`}
      aria-current={state.isPeeked ? 'true' : undefined}
      onClick={(event) => clickRow(event, run)}
      onAuxClick={auxClickRow}
      onMouseDown={pressButtonInRow}
      onKeyDown={moveBetweenCells}
    >
      <td className="select-cell">
        <input
          type="checkbox"
          aria-label={`Select the run of ${formatTime(run.created)}`}
          checked={state.isMarked}
          onChange={() => toggleMark(params, run.id)}
        />
      </td>
      {columns.map((column) =>
        column.name === 'created' && scope ? (
          <td key={column.name} className={cellClass(column)} data-title={column.title}>
            <a
              className="row-link"
              href={urlOfRun({ ...scope, ...run }, withPlace(runParams, run.cursor))}
              data-run={run.id}
              onKeyDown={(event) => pressKeyInRow(event, run)}
            >
              {column.render(run)}
            </a>
          </td>
        ) : (
          <RunCell key={column.name} column={column} run={run} scope={scope} isWithheld={state.isWithheld} />
        ),
      )}
    </tr>
  );
}

/** Moves between the link of a row and those of its cells that offer filters. */
function moveBetweenCells(event: React.KeyboardEvent<HTMLTableRowElement>): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>('.row-link, td[tabindex]')];
  const index = places.findIndex((place) => place.contains(event.target as Node));
  if (index === -1) return;
  event.preventDefault();
  places[index + by]?.focus();
}
