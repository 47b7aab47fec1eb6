import { useState } from 'react';
import { Credits } from '../../shared/format/credits.js';
import { Duration } from '../../shared/format/duration.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { Measures } from '../operations.js';
import { Difference } from './difference.js';
import { errorRateOf, shareOf } from './rates.js';
import type { ComparedMeasures } from './statistics-query.js';

export interface MeasureRow {
  readonly key: string;
  readonly name: string;
  /** The complete id if the name is short. */
  readonly title?: string | undefined;
  /** Shown after the name. */
  readonly note?: string;
  /** How new the group is, shown instead of a note that the previous period had no runs; `null` if nothing is. */
  readonly novelty?: string | null;
  /** The URL of the list of runs. */
  readonly address?: string;
  readonly measures: ComparedMeasures;
  /** The times of the first and last run. */
  readonly times?: readonly (string | null)[];
}

interface MeasureTableProps {
  /** The title of the name column. */
  readonly title: string;
  readonly rows: readonly MeasureRow[];
}

interface Figure {
  readonly name: string;
  readonly show: (measures: Measures) => React.ReactNode;
  /** Returns the number for comparing and sorting. */
  readonly read: (measures: Measures) => number | string | null;
  readonly isCost?: boolean;
  readonly isShare?: boolean;
}

const figures: readonly Figure[] = [
  { name: 'Runs', show: ({ runs }) => formatCount(runs), read: ({ runs }) => runs },
  { name: 'Failed', show: ({ errors }) => formatCount(errors), read: ({ errors }) => errors, isCost: true },
  { name: 'Failure rate', show: shareOf, read: errorRateOf, isCost: true, isShare: true },
  {
    name: 'Fallback',
    show: ({ fallbacks }) => formatCount(fallbacks),
    read: ({ fallbacks }) => fallbacks,
    isCost: true,
  },
  duration('p50', ({ llmCallTiming }) => llmCallTiming.p50),
  duration('p95', ({ llmCallTiming }) => llmCallTiming.p95),
  { name: 'Tokens', show: ({ totalTokens }) => formatCount(totalTokens), read: ({ totalTokens }) => totalTokens },
  {
    name: 'Credits',
    show: ({ chargedCredits }) => <Credits credits={chargedCredits} isRounded />,
    read: ({ chargedCredits }) => chargedCredits,
  },
];

function duration(name: string, read: (measures: Measures) => number | null): Figure {
  const show = (measures: Measures) => {
    const seconds = read(measures);
    return seconds === null ? null : <Duration seconds={seconds} />;
  };
  return { name, show, read, isCost: true };
}

/**
 * Figures of groups or buckets. Clicking on a figure's name sorts by it, largest first; a second click restores the
 * order of `rows`.
 */
export function MeasureTable({ title, rows }: MeasureTableProps) {
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
                <RowName row={row} most={most} />
              </th>
              {figures.map((figure) => (
                <FigureCell key={figure.name} figure={figure} measures={row.measures} />
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

const isNew = ({ previous }: ComparedMeasures) => previous?.runs === 0;

/**
 * The name, above a bar whose length shows the number of runs, with the failed ones at its beginning. Both link to the
 * runs.
 */
function RowName({ row, most }: { readonly row: MeasureRow; readonly most: number }) {
  const { name, title, note, novelty, address, measures } = row;
  const widths = { '--runs': measures.runs / (most || 1), '--errors': measures.errors / (most || 1) };
  const content = (
    <>
      {name}
      {note && <small> {note}</small>}
      {novelty ? <small className="new bad"> {novelty}</small> : isNew(measures) && <small> none before</small>}
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

function FigureCell({ figure, measures }: { readonly figure: Figure; readonly measures: ComparedMeasures }) {
  const { name, show, read, ...kind } = figure;
  const { previous } = measures;
  return (
    <td className={name === 'Failed' && measures.errors > 0 ? 'number problem' : 'number'}>
      {show(measures)}
      {previous && !isNew(measures) && <Difference now={read(measures)} before={read(previous)} {...kind} />}
    </td>
  );
}
