import { useState } from 'react';
import { Credits } from '../../shared/format/credits.js';
import { Duration } from '../../shared/format/duration.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { Measures } from '../operations.js';
import type { MeasureRow } from './breakdown-rows.js';
import { isComparable, runsBefore } from './change.js';
import { Difference } from './difference.js';
import type { ComparedMeasures } from './dimension.js';
import { P95 } from './p95.js';
import { comparableRateOf, isHighRate, p95Of, shareOf } from './rates.js';

interface MeasureTableProps {
  /** The title of the name column. */
  readonly title: string;
  readonly rows: readonly MeasureRow[];
  /** Whether `previous` is the row below. Then only rates and times are compared, because amounts say nothing. */
  readonly isComparedInOrder?: boolean;
}

interface Figure {
  readonly name: string;
  readonly show: (measures: Measures) => React.ReactNode;
  /** Returns the number for comparing and sorting. */
  readonly read: (measures: Measures) => number | string | null;
  /** Whether it is a rate in percent. */
  readonly isRate?: boolean;
  /** Whether it depends on the number of runs, so that revisions cannot be compared by it. */
  readonly isAmount?: boolean;
}

const figures: readonly Figure[] = [
  { name: 'Runs', show: ({ runs }) => formatCount(runs), read: ({ runs }) => runs, isAmount: true },
  { name: 'Failed', show: ({ errors }) => formatCount(errors), read: ({ errors }) => errors, isAmount: true },
  { name: 'Failure rate', show: shareOf, read: comparableRateOf, isRate: true },
  {
    name: 'Fallback',
    show: ({ fallbacks }) => formatCount(fallbacks),
    read: ({ fallbacks }) => fallbacks,
    isAmount: true,
  },
  {
    name: 'p50',
    show: ({ llmCallTiming: { p50 } }) => p50 !== null && <Duration seconds={p50} />,
    read: ({ llmCallTiming }) => llmCallTiming.p50,
  },
  { name: 'p95', show: (measures) => <P95 measures={measures} />, read: p95Of },
  {
    name: 'Tokens',
    show: ({ totalTokens }) => formatCount(totalTokens),
    read: ({ totalTokens }) => totalTokens,
    isAmount: true,
  },
  {
    name: 'Credits',
    isAmount: true,
    show: ({ chargedCredits }) => <Credits credits={chargedCredits} />,
    read: ({ chargedCredits }) => chargedCredits,
  },
];

/**
 * Figures of groups or buckets. Clicking on a figure's name sorts by it, largest first; a second click restores the
 * order of `rows`.
 */
export function MeasureTable({ title, rows, isComparedInOrder = false }: MeasureTableProps) {
  const [sortedBy, setSortedBy] = useState<Figure>();
  const most = Math.max(...rows.map(({ measures }) => measures.runs));
  const hasTimes = rows.some(({ times }) => times !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it.
    <section className="measure-table panel table" tabIndex={0} aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {figures.map((figure) => (
              <th
                key={figure.name}
                scope="col"
                className="number"
                aria-sort={figure === sortedBy ? 'descending' : 'none'}
              >
                <button
                  type="button"
                  className="order bare"
                  onClick={() => setSortedBy(figure === sortedBy ? undefined : figure)}
                >
                  {figure.name}
                </button>
              </th>
            ))}
            {hasTimes && (
              <>
                <th scope="col">First run</th>
                <th scope="col">Last run</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, sortedBy).map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <RowName row={row} most={most} isComparedInOrder={isComparedInOrder} />
              </th>
              {figures.map((figure) => (
                <FigureCell
                  key={figure.name}
                  figure={figure}
                  measures={row.measures}
                  isCompared={!isComparedInOrder || figure.isAmount !== true}
                />
              ))}
              {row.times?.map((time, index) => (
                <td key={index === 0 ? 'first' : 'last'}>{time === null ? '' : formatTime(time)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sorted(rows: readonly MeasureRow[], figure: Figure | undefined): readonly MeasureRow[] {
  if (figure === undefined) return rows;
  const numberOf = ({ measures }: MeasureRow) => Number(figure.read(measures) ?? Number.NEGATIVE_INFINITY);
  return rows.toSorted((one, other) => numberOf(other) - numberOf(one) || 0);
}

interface RowNameProps {
  readonly row: MeasureRow;
  readonly most: number;
  readonly isComparedInOrder: boolean;
}

/**
 * The name, above a bar whose length shows the number of runs, with the failed ones at its beginning. Both link to the
 * runs.
 */
function RowName({ row, most, isComparedInOrder }: RowNameProps) {
  const { name, title, note, address, measures } = row;
  const before = measures.previous && !isComparedInOrder ? runsBefore(measures.previous, measures) : null;
  const widths = { '--runs': measures.runs / (most || 1), '--errors': measures.errors / (most || 1) };
  const content = (
    <>
      {name}
      {note && <small> {note}</small>}
      {row.novelty ? <small className="new bad"> {row.novelty}</small> : before && <small> {before}</small>}
      <span className="share-bar" style={widths as React.CSSProperties} />
    </>
  );
  return address === undefined ? (
    <span className="row-name" title={title}>
      {content}
    </span>
  ) : (
    <a href={address} title={title}>
      {content}
    </a>
  );
}

interface FigureCellProps {
  readonly figure: Figure;
  readonly measures: ComparedMeasures;
  readonly isCompared: boolean;
}

function FigureCell({ figure, measures, isCompared }: FigureCellProps) {
  const { name, show, read, isAmount, ...kind } = figure;
  const { previous } = measures;
  return (
    <td className={name === 'Failure rate' && isHighRate(measures) ? 'number problem' : 'number'}>
      {show(measures)}
      {isCompared && previous && isComparable(previous, measures) && (
        <Difference now={read(measures)} before={read(previous)} {...kind} />
      )}
    </td>
  );
}
