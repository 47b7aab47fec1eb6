const numbers = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const isName = /\s*:/y;

/**
 * The JSON text without what its type does not depend on. All strings but names are empty: what they say (a date, a number)
 * the next run may say differently. A number written as a fraction, such as `1.0`, is one that is no integer, since a
 * Python program reads it as a `float`.
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

/** Behind the quote that closes it. */
function endOfString(json: string, quote: number): number {
  let end = quote + 1;
  while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
  return end + 1;
}
