import { useMemo, useState } from 'react';
import { CopyButton } from '../../shared/copy-button.js';
import { gatewayUrl, initialState } from '../../shared/initial-state-of-page.js';
import type { JsonTree } from '../../shared/json/json-tree.js';
import type { StoredResponse } from '../response/stored-responses.js';
import { findTable, type Row, type Table } from './find-table.js';
import { cellText, sortedRows, toCsv } from './table-text.js';

const maxRows = 200;
const maxCharacters = 300;

export function TablePane({ response }: { readonly response: StoredResponse }) {
  const table = useMemo(() => findTable(response.text, response.operation), [response]);
  if (table === undefined) return <p className="empty muted">There is no list in this answer.</p>;
  // A different table starts unsorted.
  return <TableOfList key={table.columns.join()} table={table} />;
}

function TableOfList({ table }: { readonly table: Table }) {
  const [order, setOrder] = useState<{ readonly column: number; readonly isDescending: boolean }>();
  const [shown, setShown] = useState(maxRows);
  const rows = order === undefined ? table.rows : sortedRows(table.rows, order.column, order.isDescending);
  const sortBy = (column: number) =>
    setOrder({ column, isDescending: order?.column === column && !order.isDescending });
  return (
    <>
      <div className="pane-line row">
        <code>{table.path}</code>
        <span>
          {table.rows.length} {table.rows.length === 1 ? 'row' : 'rows'}
        </span>
        <CopyButton label="as CSV" text={() => toCsv({ ...table, rows })}>
          Copy as CSV
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and not everybody has a mouse. */}
      <section className="table-frame table" tabIndex={0} aria-label={`Table of ${table.path}`}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column, index) => (
                <th key={column} scope="col" aria-sort={ariaSortOf(index, order)}>
                  <button type="button" onClick={() => sortBy(index)}>
                    {column}
                    <span aria-hidden="true">{arrowOf(index, order)}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <TableRow key={table.rows.indexOf(row)} row={row} columns={table.columns} />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <button type="button" onClick={() => setShown(shown + 1000)}>
          Show more: {shown} of {rows.length} rows are shown
        </button>
      )}
    </>
  );
}

type Order = { readonly column: number; readonly isDescending: boolean } | undefined;

function ariaSortOf(column: number, order: Order): 'ascending' | 'descending' | 'none' {
  if (order?.column !== column) return 'none';
  return order.isDescending ? 'descending' : 'ascending';
}

function arrowOf(column: number, order: Order): string {
  return { none: '', ascending: ' ↑', descending: ' ↓' }[ariaSortOf(column, order)];
}

function TableRow({ row, columns }: { readonly row: Row; readonly columns: readonly string[] }) {
  const hasLink = row.link !== undefined && initialState.hasRuns;
  return (
    <tr>
      {row.cells.map((cell, index) => (
        <td key={columns[index]} className={isNumber(cell) ? 'number' : ''}>
          {columns[index] === 'id' && hasLink ? (
            <a href={gatewayUrl(row.link!).href}>{cellText(cell)}</a>
          ) : (
            shortened(cellText(cell))
          )}
        </td>
      ))}
    </tr>
  );
}

/** Decimals are strings in JSON. */
function isNumber(cell: JsonTree | undefined): boolean {
  return /^-?\d[\d.]*$/.test(cellText(cell));
}

function shortened(text: string): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}
