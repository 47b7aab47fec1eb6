import { useLayoutEffect, useState } from 'react';
import { matchesWords } from './matches-words.js';

/** A field that hides the rows of a table, which the server has rendered, unless they contain all of its words. */
export function ErrorFilter({ table }: { readonly table: HTMLTableElement }) {
  const [query, setQuery] = useState('');
  const [count, setCount] = useState<number>();
  useLayoutEffect(() => setCount(showMatches(table, query)), [table, query]);
  return (
    <>
      <label>
        <span className="faint">Filter</span>
        <input
          type="search"
          value={query}
          placeholder="code, reason, status or words"
          onChange={({ target }) => setQuery(target.value)}
        />
      </label>
      <output className="faint">
        {count === 0 ? 'No error matches.' : `${count ?? ''} of ${rowsOf(table).length}`}
      </output>
    </>
  );
}

/** @returns the number of rows that are shown */
function showMatches(table: HTMLTableElement, query: string): number {
  for (const row of rowsOf(table)) row.hidden = !matchesWords(row.textContent ?? '', query);
  return rowsOf(table).filter((row) => !row.hidden).length;
}

function rowsOf(table: HTMLTableElement): readonly HTMLTableRowElement[] {
  return [...table.tBodies].flatMap((body) => [...body.rows]);
}
