import { formatCredits, roundCredits } from './format-quantity.js';

/** Credits with two digits after the decimal point, for a column. The title has all digits. */
export function Credits({ credits }: { readonly credits: string }) {
  return <span title={formatCredits(credits)}>{roundCredits(credits)}</span>;
}
