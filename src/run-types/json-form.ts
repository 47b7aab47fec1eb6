const numbers = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const isName = /\s*:/y;

/**
 * Returns the JSON text reduced to what its type depends on. Strings other than names become empty, because the string
 * of the next run may not be a date or a number. A number written as a fraction, such as `1.0`, becomes 0.5, since
 * Python reads it as a `float`.
 */
export function formOf(json: string): string {
  const pieces: string[] = [];
  let position = 0;
  while (position < json.length) {
    const quote = json.indexOf('"', position);
    const outside = json.slice(position, quote === -1 ? undefined : quote);
    pieces.push(outside.replace(numbers, (number) => (/[.eE]/.test(number) ? '0.5' : number)));
    if (quote === -1) break;
    position = endOfString(json, quote);
    isName.lastIndex = position;
    pieces.push(isName.test(json) ? json.slice(quote, position) : '""');
  }
  return pieces.join('');
}

/** Returns the position after the closing quote. */
function endOfString(json: string, quote: number): number {
  let end = quote + 1;
  while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
  return end + 1;
}
