import { formatCount, formatCredits, roundSeconds } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { Measures } from '../operations.js';
import { Difference } from './difference.js';
import { errorRateOf, shareOf } from './rates.js';
import type { ComparedMeasures } from './statistics-query.js';

export interface MeasureRow {
  readonly key: string;
  readonly name: string;
  /** Shown after the name. */
  readonly note?: string;
  /** Where the runs are listed. */
  readonly address?: string;
  readonly measures: ComparedMeasures;
  /** When the first and the last of the runs were made. */
  readonly times?: readonly (string | null)[];
}

interface MeasureTableProps {
  /** The title of the column of names. */
  readonly title: string;
  readonly rows: readonly MeasureRow[];
}

const figures = ['Runs', 'Failed', 'Of all', 'Fallback', 'p50, s', 'p95, s', 'Tokens', 'Credits'];

export function MeasureTable({ title, rows }: MeasureTableProps) {
  const most = Math.max(...rows.map(({ measures }) => measures.runs));
  const hasTimes = rows.some(({ times }) => times !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it.
    <section className="measure-table" tabIndex={0} aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {figures.map((each) => (
              <th key={each} scope="col" className="number">
                {each}
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
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <RowName row={row} most={most} />
              </th>
              <Figures measures={row.measures} />
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

/** The name above a bar as long as its runs are many, with the failed ones at its beginning; both lead to the runs. */
function RowName({ row, most }: { readonly row: MeasureRow; readonly most: number }) {
  const { name, note, address, measures } = row;
  const widths = { '--runs': measures.runs / (most || 1), '--errors': measures.errors / (most || 1) };
  const content = (
    <>
      {name}
      {note && <small> {note}</small>}
      <span className="share-bar" style={widths as React.CSSProperties} />
    </>
  );
  return address === undefined ? <span className="row-name">{content}</span> : <a href={address}>{content}</a>;
}

function Figures({ measures }: { readonly measures: ComparedMeasures }) {
  const { previous } = measures;
  const cell = (
    name: string,
    text: React.ReactNode,
    read: (of: Measures) => number | string | null,
    kind: { readonly isCost?: boolean; readonly isShare?: boolean } = {},
  ) => (
    <td key={name} className={name === 'Failed' && measures.errors > 0 ? 'number failed' : 'number'}>
      {text}
      <Difference now={read(measures)} before={previous && read(previous)} {...kind} />
    </td>
  );
  const isCost = true;
  const { runs, errors, fallbacks, llmCallTiming, totalTokens, chargedCredits } = measures;
  return [
    cell('Runs', formatCount(runs), (of) => of.runs),
    cell('Failed', formatCount(errors), (of) => of.errors, { isCost }),
    cell('Of all', shareOf(measures), errorRateOf, { isCost, isShare: true }),
    cell('Fallback', formatCount(fallbacks), (of) => of.fallbacks, { isCost }),
    cell('p50, s', roundSeconds(llmCallTiming.p50), (of) => of.llmCallTiming.p50, { isCost }),
    cell('p95, s', roundSeconds(llmCallTiming.p95), (of) => of.llmCallTiming.p95, { isCost }),
    cell('Tokens', formatCount(totalTokens), (of) => of.totalTokens),
    cell('Credits', formatCredits(chargedCredits), (of) => of.chargedCredits),
  ];
}
