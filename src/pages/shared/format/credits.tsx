import './credits.css';
import { formatCredits } from './format-quantity.js';

/** Credits with all digits, for a column that aligns them at the point. */
export function Credits({ credits }: { readonly credits: string }) {
  const [integer, fraction] = formatCredits(credits).split('.');
  return (
    <span className="credits">
      {integer}
      <span className="fraction">.{fraction}</span>
    </span>
  );
}
