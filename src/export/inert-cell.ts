/** Also matches cells that begin with apostrophes, so that removing one apostrophe restores every cell. */
const formulaStart = /^'*[=+\-@＝＋－＠\t\r\n]/;
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Prefixes a cell's text with an apostrophe if a spreadsheet would execute it as a formula. */
export function toInertCell(text: string): string {
  return formulaStart.test(text) && !number.test(text) ? `'${text}` : text;
}

/** Returns the text that was passed to `toInertCell`. */
export function fromInertCell(cell: string): string {
  const text = cell.slice(1);
  return cell.startsWith("'") && toInertCell(text) === cell ? text : cell;
}
