/** Matches a string, which is skipped, or a number. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** Shorter numbers have at most 15 digits and a small exponent, which a double represents exactly. */
const leastInexactLength = 16;

/** Parses JSON. Numbers that a double would round become strings of their digits. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text.replace(stringOrNumber, (token) => (isExact(token) ? token : `"${token}"`)));
}

function isExact(token: string): boolean {
  if (token.startsWith('"')) return true;
  if (token.length < leastInexactLength && !/e/i.test(token)) return true;
  return canonical(token) === canonical(String(Number(token)));
}

/** Returns a number's digits, without leading and trailing zeros, and its exponent. */
function canonical(number: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  if (whole === undefined) return number;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${scale}`;
}
