import { useState } from 'react';
import { useCommitted } from '../../shared/use-committed.js';
import { setParams, useLocation } from '../navigation.js';
import { anyTime, hasRange, periods } from './period.js';

const range = 'range';

interface PeriodControlProps {
  /** Whether the page has a default period if the URL does not contain one. */
  readonly hasDefault: boolean;
}

/** The page's period in a single control: a named period, or a start and an end. */
export function PeriodControl({ hasDefault }: PeriodControlProps) {
  const { params } = useLocation();
  const [isOpened, setOpened] = useState(false);
  const isRange = isOpened || hasRange(params);
  const since = params.get('since') ?? anyTime;
  const choose = (value: string) => {
    setOpened(value === range);
    if (value !== range) setPeriod({ since: value === anyTime && !hasDefault ? null : value });
  };
  return (
    <>
      <label className="period-control">
        <span className="faint">Period</span>
        <select value={isRange ? range : since} onChange={({ target }) => choose(target.value)}>
          <option value={anyTime}>any time</option>
          {periods.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
          <option value={range}>from – to</option>
        </select>
      </label>
      {isRange && (
        <div className="period-range">
          <TimeInput
            label="From"
            value={params.get('from')}
            onChange={(from) => setPeriod({ from, to: params.get('to') })}
          />
          <TimeInput
            label="To"
            value={params.get('to')}
            onChange={(to) => setPeriod({ from: params.get('from'), to })}
          />
        </div>
      )}
    </>
  );
}

export interface PeriodParams {
  readonly since?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Replaces the page's period, and returns to the first page of the list. Times are in ISO 8601. */
export function setPeriod({ since = null, from = null, to = null }: PeriodParams): void {
  setParams({ since, from, to, after: null, before: null });
}

interface TimeInputProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (instant: string | null) => void;
}

function TimeInput({ label, value, onChange }: TimeInputProps) {
  const shown = toLocalInput(value ?? '');
  const committed = useCommitted(shown, (text) => {
    if (text !== shown) onChange(toInstant(text));
  });
  return (
    <label>
      <span className="faint">{label}</span>
      <input type="datetime-local" {...committed} />
    </label>
  );
}

/** Returns a moment from the URL in the browser's time zone. */
function toLocalInput(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function toInstant(local: string): string | null {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
