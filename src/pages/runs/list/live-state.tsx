import { sentenceOf } from '../../shared/api/error-sentence.js';
import { countOf } from '../../shared/format/format-quantity.js';
import type { LiveRuns } from './live-runs.js';

const stateLabels = { off: '', connecting: 'Connecting …', live: 'Live', waiting: 'Interrupted' };

export function LiveState({ live: { state, changed, error } }: { readonly live: LiveRuns }) {
  if (state === 'off') return null;
  return (
    <output className={`live-state ${state}`}>
      {stateLabels[state]}
      {changed.size > 0 && `: ${countOf(changed.size, 'run')} changed since`}
      {error !== undefined && `: ${sentenceOf(error)}`}
    </output>
  );
}
