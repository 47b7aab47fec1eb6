import './difference.css';
import { changeOf } from './change.js';

interface DifferenceProps {
  readonly now: number | string | null;
  /** The previous value; `undefined` if there is no previous period. */
  readonly before: number | string | null | undefined;
  /** Whether the figure is a rate in percent. Rates are compared by their difference, others relatively. */
  readonly isRate?: boolean;
}

const arrows = { up: '▲', down: '▼' };

/**
 * The change of a figure since the previous period: `▲ 8.3 %`, or `▼ 1.2 pp` for a rate. It has no colour, because only
 * the figure itself can be a problem.
 */
export function Difference({ now, before, isRate = false }: DifferenceProps) {
  if (before === undefined || now === null || before === null) return null;
  const { direction, text } = changeOf(Number(before), Number(now), isRate);
  return (
    <small className="difference muted">
      {direction !== 'none' && (
        <>
          <span role="img" aria-label={direction}>
            {arrows[direction]}
          </span>{' '}
        </>
      )}
      {text}
    </small>
  );
}
