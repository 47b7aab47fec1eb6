import { formatTime } from '../../shared/format/format-time.js';
import type { ComparedRun } from '../operations.js';
import { hasModels, modelOf } from '../run/run-model.js';
import { RunStatus } from '../run-status.js';
import { urlOfRun } from '../run-url.js';
import { Difference } from '../statistics/difference.js';
import { type Cell, type FigureRow, figureRows } from './compared-figures.js';
import type { ComparisonOptions } from './comparison-options.js';

interface FiguresProps {
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
  readonly options: ComparisonOptions;
}

/** Shows the figures and references of both runs, with their differences. */
export function Figures({ baseline, run, options }: FiguresProps) {
  const rows = figureRows(baseline, run, hasModels ? modelOf : undefined);
  const shown = options.isOnlyDifferent ? rows.filter(({ isEqual }) => !isEqual) : rows;
  return (
    <table className="compared-figures panel number">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Figure</span>
          </th>
          <th scope="col">
            Baseline <RunLink run={baseline} />
          </th>
          <th scope="col">
            This run <RunLink run={run} />
          </th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function RunLink({ run }: { readonly run: ComparedRun }) {
  return (
    <>
      <RunStatus {...run} />{' '}
      <a href={urlOfRun(run)} title={run.id}>
        {formatTime(run.created)}
      </a>
    </>
  );
}

function Row({ row: { name, baseline, run, isEqual, difference } }: { readonly row: FigureRow }) {
  return (
    <tr className={isEqual ? 'equal' : ''}>
      <th scope="row">{name}</th>
      <ValueCell cell={baseline} />
      <ValueCell cell={run} />
      <td>
        {isEqual ? (
          'equal'
        ) : difference === null ? (
          'differs'
        ) : (
          <>
            {difference} <Difference now={run.amount} before={baseline.amount} />
          </>
        )}
      </td>
    </tr>
  );
}

function ValueCell({ cell: { text, exact } }: { readonly cell: Cell }) {
  return <td title={exact ?? undefined}>{text ?? <span className="none">none</span>}</td>;
}
