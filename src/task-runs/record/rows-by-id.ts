/** Returns the row for each id, in their order; null where there is none. */
export function rowsById<Row>(
  readRows: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (ids: readonly string[]) => Promise<(Row | null)[]> {
  return async (ids) => {
    const rows = await readRows(ids);
    const byId = new Map(rows.map((row) => [idOf(row), row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
}
