import './credits.css';
import { formatCredits, roundCredits } from './format-quantity.js';

interface CreditsProps {
  readonly credits: string;
  /** Whether the title is the only place with all digits. */
  readonly isRounded?: boolean;
}

/** Credits for a column that is aligned at the decimal point. */
export function Credits({ credits, isRounded = false }: CreditsProps) {
  const exact = formatCredits(credits);
  const [integer, fraction] = (isRounded ? roundCredits(credits) : exact).split('.');
  return (
    <span className="credits" title={isRounded ? exact : undefined}>
      {integer}
      <span className="fraction">.{fraction}</span>
    </span>
  );
}
