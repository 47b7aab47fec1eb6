import { useState } from 'react';
import { anyTime, periods } from '../filters/period.js';
import { type PeriodParams, setPeriod } from '../filters/period-control.js';
import { useLocation } from '../navigation.js';
import type { HistogramBar } from './histogram-bars.js';

/** A period that was set by brushing, and the one before it. */
interface Brushed {
  readonly from: string;
  readonly to: string | null;
  readonly before: PeriodParams;
}

interface PeriodBrush {
  /** The name of the period before the first brushing; `undefined` if another one was set since then. */
  readonly previous: string | undefined;
  select(first: HistogramBar, last: HistogramBar, isLast: boolean): void;
  undo(): void;
}

export function usePeriodBrush(): PeriodBrush {
  const { params } = useLocation();
  const [latest, setLatest] = useState<Brushed>();
  const brushed = latest?.from === params.get('from') && latest.to === params.get('to') ? latest : undefined;
  const present = { since: params.get('since'), from: params.get('from'), to: params.get('to') };
  return {
    previous: brushed && nameOf(brushed.before),
    select(first, last, isLast) {
      const from = new Date(first.from).toISOString();
      // An open end also covers the runs to come.
      const to = isLast && present.to === null ? null : new Date(last.to).toISOString();
      setLatest({ from, to, before: brushed?.before ?? present });
      setPeriod({ from, to });
    },
    undo: () => setPeriod(brushed!.before),
  };
}

function nameOf({ since, from, to }: PeriodParams): string {
  if (from || to) return 'the previous period';
  return periods.find(([value]) => value === since)?.[1] ?? (since === null || since === anyTime ? 'any time' : since!);
}
