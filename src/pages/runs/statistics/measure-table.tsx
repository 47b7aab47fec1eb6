import { formatCount, formatCredits } from '../../shared/format/format-quantity.js';
import type { Measures } from './statistics-query.js';

export interface MeasureRow {
  readonly name: string;
  /** Where the runs are listed. */
  readonly address?: string;
  readonly measures: Measures;
}

interface MeasureTableProps {
  /** Of the column of names. */
  readonly title: string;
  readonly rows: readonly MeasureRow[];
}

export function MeasureTable({ title, rows }: MeasureTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it.
    <section className="measure-table" tabIndex={0} aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {['Runs', 'Failed', 'Of all', 'Fallback', 'p50, s', 'p95, s', 'Tokens', 'Credits'].map((each) => (
              <th key={each} scope="col" className="number">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, address, measures }) => (
            <tr key={name}>
              <th scope="row">{address === undefined ? name : <a href={address}>{name}</a>}</th>
              <td className="number">{formatCount(measures.runs)}</td>
              <td className={measures.errors > 0 ? 'number failed' : 'number'}>{formatCount(measures.errors)}</td>
              <td className="number">{shareOf(measures)}</td>
              <td className="number">{formatCount(measures.fallbacks)}</td>
              <td className="number">{measures.llmCallTiming.p50}</td>
              <td className="number">{measures.llmCallTiming.p95}</td>
              <td className="number">{formatCount(measures.totalTokens)}</td>
              <td className="number">{formatCredits(measures.chargedCredits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** `8.3 %`; nothing where there are no runs. */
export function shareOf({ runs, errors }: Measures): string {
  return runs === 0 ? '' : `${((errors / runs) * 100).toFixed(1)} %`;
}
