import './duration.css';
import { exactSeconds, formatDuration } from './format-quantity.js';

/** A rounded duration, with the exact one in its title. */
export function Duration({ seconds }: { readonly seconds: number }) {
  return (
    <span className="duration" title={exactSeconds(seconds)}>
      {formatDuration(seconds)}
    </span>
  );
}
