// Typed parts of statements. A part says which columns it reads; composing it with rows that lack one of them is an error
// with the name of the column, when the statement is composed.

/** SQL, and the columns that it reads of the rows around it. */
export interface Fragment {
  readonly sql: string;
  /** Each as `row.column`. */
  readonly needs: readonly string[];
}

/** Rows that a statement reads: the name that fragments know them by, and their columns. */
export interface Rows {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A column that a query gives, with its value. */
export type NamedColumn = readonly [name: string, value: Fragment];

/** Composes SQL. Texts have no needs: parameters, and SQL over rows of its own. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Fragment | string)[]): Fragment {
  const fragments = parts.map((part) => (typeof part === 'string' ? raw(part) : part));
  return {
    sql: texts.reduce((text, next, index) => text + fragments[index - 1]!.sql + next),
    needs: fragments.flatMap(({ needs }) => needs),
  };
}

export function raw(text: string): Fragment {
  return { sql: text, needs: [] };
}

/** Returns the column of a row. */
export function column(row: string, name: string): Fragment {
  return { sql: `${row}.${quoted(name)}`, needs: [`${row}.${name}`] };
}

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return {
    sql: fragments.map((each) => each.sql).join(separator),
    needs: fragments.flatMap(({ needs }) => needs),
  };
}

/** Returns SQL for a SELECT clause. */
export function columnList(columns: readonly NamedColumn[]): Fragment {
  const named = columns.map(([name, value]) =>
    value.sql.endsWith(`.${quoted(name)}`) ? value : sql`${value} AS ${quoted(name)}`,
  );
  return join(named, ', ');
}

/** Returns the rows that a query with these columns gives. */
export function rowsOf(name: string, ...columns: readonly (readonly (NamedColumn | string)[])[]): Rows {
  return { name, columns: columns.flat().map((each) => (typeof each === 'string' ? each : each[0])) };
}

/**
 * Returns a fragment in the scope of rows, which give what it needs of them.
 * @throws Error with the name of a column that one of these rows lacks
 */
export function over(rows: readonly Rows[], { sql, needs }: Fragment): Fragment {
  const open = needs.filter((need) => {
    const name = need.slice(0, need.indexOf('.'));
    const given = rows.find((each) => each.name === name);
    if (given === undefined) return true;
    if (given.columns.includes(need.slice(name.length + 1))) return false;
    throw new Error(`The statement needs ${need}. The rows have ${given.columns.join(', ')}. It is in: ${sql}`);
  });
  return { sql, needs: open };
}

/** Returns the text of a whole statement. @throws Error with the names of the columns that no rows give */
export function textOf({ sql, needs }: Fragment): string {
  if (needs.length === 0) return sql;
  throw new Error(`No rows of the statement give ${[...new Set(needs)].join(', ')}. It is: ${sql}`);
}

/** Returns a name as SQL has it: in quotes if it has capitals. */
function quoted(name: string): string {
  return /[A-Z]/.test(name) ? `"${name}"` : name;
}
