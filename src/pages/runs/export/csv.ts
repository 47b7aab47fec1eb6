export type Cell = string | number | null | undefined;

/** Returns a line of CSV (RFC 4180). Spreadsheets do not interpret any text in it as a formula. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join()}\r\n`;
}

/** Returns a time that spreadsheets recognize, such as `2026-11-29 23:56:31`. @param iso in UTC, such as `2026-11-29T23:56:31.376Z` */
export function spreadsheetTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

function csvCell(cell: Cell): string {
  const text = String(cell ?? '');
  const isFormula = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
