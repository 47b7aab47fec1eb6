import { setParams } from '../navigation.js';
import { homePeriodOf, homePeriods } from './home-period.js';

/** Sets the period in the URL. */
export function PeriodChoice({ params }: { readonly params: URLSearchParams }) {
  const chosen = homePeriodOf(params);
  return (
    <fieldset className="segments" aria-label="Period">
      {homePeriods.map(({ since, label }) => (
        <button key={since} type="button" aria-pressed={since === chosen.since} onClick={() => setParams({ since })}>
          {label}
        </button>
      ))}
    </fieldset>
  );
}
