/** Matches cells that begin with apostrophes, too, so that removing one apostrophe restores every cell. */
const formulaStart = /^'*[=+\-@＝＋－＠\t\r\n]/;
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Puts an apostrophe before the text of a cell that a spreadsheet would run as a formula. */
export function toInertCell(text: string): string {
  return formulaStart.test(text) && !number.test(text) ? `'${text}` : text;
}

/** Returns the text that `toInertCell` was given. */
export function fromInertCell(cell: string): string {
  const text = cell.slice(1);
  return cell.startsWith("'") && toInertCell(text) === cell ? text : cell;
}
