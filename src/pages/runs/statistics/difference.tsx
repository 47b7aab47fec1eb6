import './difference.css';
import { formatCount } from '../../shared/format/format-quantity.js';

interface DifferenceProps {
  readonly now: number | string | null;
  /** The previous value; `undefined` if there is no previous period. */
  readonly before: number | string | null | undefined;
  /** Whether more is worse. By default, it is neither better nor worse. */
  readonly isCost?: boolean;
  /**
   * Whether the figure is a share. Shares are compared by their difference, other figures relative to the previous
   * value.
   */
  readonly isShare?: boolean;
}

/**
 * The difference between a figure and that of the previous period: `+8.3 %`, or `+1.2 points` for a share in percent.
 */
export function Difference({ now, before, isCost = false, isShare = false }: DifferenceProps) {
  if (before === undefined || now === null || before === null) return null;
  const text = differenceText(now, before, isShare);
  const isMore = Number(now) > Number(before);
  const mark = !isCost || /^[=≈]/.test(text) ? '' : isMore ? 'worse' : 'better';
  return <small className={`difference muted ${mark}`}>{text}</small>;
}

function differenceText(now: number | string, before: number | string, isShare: boolean): string {
  const change = Number(now) - Number(before);
  if (change === 0) return '=';
  if (isShare) return `${signed(change)} points`;
  return Number(before) === 0 ? 'from 0' : `${signed((change / Number(before)) * 100)} %`;
}

/** Returns text such as `+8.3`, `−1,200`, or `≈ 0` if the number is too small for the displayed digits. */
function signed(number: number): string {
  const size = Math.abs(number);
  if (size < 0.05) return '≈ 0';
  return `${number < 0 ? '−' : '+'}${size >= 1000 ? formatCount(Math.round(size)) : size.toFixed(1)}`;
}
