import { useState } from 'react';
import { useLocation } from '../navigation.js';
import { anyTime, nameOfSince } from './period.js';
import { type PeriodParams, setPeriod } from './period-control.js';

/** A period that was set by brushing, and the one before it. */
interface Brushed {
  readonly from: string;
  readonly to: string | null;
  readonly before: PeriodParams;
}

export interface PeriodBrush {
  /** The name of the period before the first brushing; `undefined` if another one was set since then. */
  readonly previous: string | undefined;
  /** Sets the period. Times are in ISO 8601; `to` is `null` for an open end. */
  select(from: string, to: string | null): void;
  undo(): void;
}

/** Sets the page's period by dragging across a chart, and restores the one before. */
export function usePeriodBrush(): PeriodBrush {
  const { params } = useLocation();
  const [latest, setLatest] = useState<Brushed>();
  const brushed = latest?.from === params.get('from') && latest.to === params.get('to') ? latest : undefined;
  const present = { since: params.get('since'), from: params.get('from'), to: params.get('to') };
  return {
    previous: brushed && nameOf(brushed.before),
    select(from, to) {
      setLatest({ from, to, before: brushed?.before ?? present });
      setPeriod({ from, to });
    },
    undo: () => setPeriod(brushed!.before),
  };
}

function nameOf({ since, from, to }: PeriodParams): string {
  if (from || to) return 'the previous period';
  return nameOfSince(since) ?? (since === null || since === anyTime ? 'any time' : since!);
}
