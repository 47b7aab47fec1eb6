import { sentenceOf } from '../../shared/api/error-sentence.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import type { NewRuns } from './live-rows.js';
import { type LiveRuns, maxOutcomes } from './live-runs.js';

const stateLabels = { off: '', connecting: 'Connecting …', live: 'Live', waiting: 'Interrupted' };

interface LiveIndicatorProps {
  readonly live: LiveRuns;
  readonly newRuns: NewRuns;
  readonly onShow: () => void;
}

/**
 * Shows whether the list is live, and the number of new runs that the list shows only on request, because its rows are in
 * use.
 */
export function LiveIndicator({ live: { state, error }, newRuns, onShow }: LiveIndicatorProps) {
  if (state === 'off') return null;
  return (
    <>
      <output className={`live-state ${state}`}>
        {stateLabels[state]}
        {error !== undefined && `: ${sentenceOf(error)}`}
      </output>
      {newRuns.count > 0 && (
        <button type="button" className="link new-runs number" title="Show them (.)" onClick={onShow}>
          {textOf(newRuns)}
        </button>
      )}
    </>
  );
}

/** Returns a text such as `12 new, 3 failed`. */
function textOf({ count, failed }: NewRuns): string {
  const prefix = count >= maxOutcomes ? 'More than ' : '';
  return `${prefix}${formatCount(count)} new${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`;
}
