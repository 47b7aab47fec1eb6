// Typed parts of statements. A part declares the columns that it reads. Composing it with rows that lack one of them
// throws an error that names the column.

/** A column of a row that a fragment reads. */
interface Column {
  readonly row: string;
  readonly name: string;
}

/** SQL, with the columns that it reads from surrounding rows. */
export interface Fragment {
  readonly sql: string;
  /** The columns, without duplicates. */
  readonly needs: readonly Column[];
}

/** Rows that a statement reads: the name by which fragments refer to them, and their columns. */
export interface Rows {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A column of a query's result, with its value. */
export type NamedColumn = readonly [name: string, value: Fragment];

const noNeeds: readonly Column[] = [];

/** Composes SQL. Plain strings need no columns: they are parameters, or SQL over separate rows. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Fragment | string)[]): Fragment {
  const needs: Column[] = [];
  let text = texts[0]!;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index]!;
    if (typeof part === 'string') text += part;
    else {
      text += part.sql;
      addNeeds(needs, part);
    }
    text += texts[index + 1]!;
  }
  return { sql: text, needs };
}

export function raw(text: string): Fragment {
  return { sql: text, needs: noNeeds };
}

/** The columns that fragments have named. They are bounded, since the names are part of the program. */
const columnsByRow = new Map<string, Map<string, Fragment>>();

/**
 * Returns the column of a row. It is the same fragment each time, so that required columns can be compared by identity.
 */
export function column(row: string, name: string): Fragment {
  const columns = columnsByRow.get(row) ?? new Map<string, Fragment>();
  const known = columns.get(name);
  if (known !== undefined) return known;
  const fragment = { sql: `${row}.${quoted(name)}`, needs: [{ row, name }] };
  columnsByRow.set(row, columns.set(name, fragment));
  return fragment;
}

/** Returns columns of a row, under their own names. */
export function columnsOfRow(row: string, names: readonly string[]): NamedColumn[] {
  return names.map((name) => [name, column(row, name)]);
}

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  const needs: Column[] = [];
  for (const fragment of fragments) addNeeds(needs, fragment);
  const text = fragments.map((fragment) => fragment.sql).join(separator);
  return { sql: text, needs };
}

/** Adds the needs of a fragment. The list stays short, because most fragments need the same columns. */
function addNeeds(needs: Column[], fragment: Fragment): void {
  for (const need of fragment.needs) if (!needs.includes(need)) needs.push(need);
}

/** Returns SQL for a SELECT clause. */
export function columnList(columns: readonly NamedColumn[]): Fragment {
  return joinColumns(columns, (name, value) => {
    const alias = quoted(name);
    return value.endsWith(`.${alias}`) ? value : `${value} AS ${alias}`;
  });
}

/** Joins columns with commas. @param write returns SQL for a column, given the SQL of its value */
export function joinColumns(columns: readonly NamedColumn[], write: (name: string, value: string) => string): Fragment {
  const needs: Column[] = [];
  let text = '';
  for (const [name, value] of columns) {
    text += text === '' ? write(name, value.sql) : `, ${write(name, value.sql)}`;
    addNeeds(needs, value);
  }
  return { sql: text, needs };
}

/** Returns the rows that a query with these columns produces. */
export function rowsOf(name: string, ...columns: readonly (readonly (NamedColumn | string)[])[]): Rows {
  return { name, columns: columns.flat().map((entry) => (typeof entry === 'string' ? entry : entry[0])) };
}

/**
 * Returns a fragment in the scope of rows that provide the columns it needs.
 * @throws Error with the name of a column that the rows lack
 */
export function over(rows: readonly Rows[], { sql, needs }: Fragment): Fragment {
  const open = needs.filter(({ row, name }) => {
    const given = rows.find((candidate) => candidate.name === row);
    if (given === undefined) return true;
    if (given.columns.includes(name)) return false;
    throw new Error(`The statement needs ${row}.${name}. The rows have ${given.columns.join(', ')}. It is in: ${sql}`);
  });
  return { sql, needs: open };
}

/** Returns the SQL of a complete statement. @throws Error with the names of the columns that no rows provide */
export function textOf({ sql, needs }: Fragment): string {
  if (needs.length === 0) return sql;
  const names = needs.map(({ row, name }) => `${row}.${name}`);
  throw new Error(`No rows of the statement give ${names.join(', ')}. It is: ${sql}`);
}

/** Returns a name as SQL, in quotes if it contains capitals. */
function quoted(name: string): string {
  return /[A-Z]/.test(name) ? `"${name}"` : name;
}
