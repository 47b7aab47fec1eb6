import { formatCount } from '../../shared/format/format-quantity.js';
import { formatAge } from '../../shared/format/format-time.js';
import { valueText } from '../filters/value-filter.js';
import { urlOf } from '../navigation.js';
import { Difference } from '../statistics/difference.js';
import type { FailureFigures } from './figures.js';
import { since } from './home-query.js';
import { placeName } from './place-name.js';
import { SparkBars } from './spark-bars.js';

/** A kind of failure in the last 24 hours, with a link to its runs. */
export function FailureKind({ place, kind, runs, before, firstCreated, perHour, tasks }: FailureFigures) {
  const address = urlOf(
    'runs',
    new URLSearchParams({
      org: place.orgId,
      project: place.project.id,
      since,
      is: valueText('failure', '', JSON.stringify(kind)),
    }),
  );
  const isNew = before === 0;
  return (
    <li>
      <div className="failure-kind">
        <h3>
          <a href={address}>{kind}</a>
        </h3>
        <p className="home-place">
          {tasks.join(', ')} · {placeName(place)}
        </p>
      </div>
      <SparkBars bars={perHour.map((count) => ({ runs: count, errors: count }))} />
      <p className="failure-count">
        <b>{formatCount(runs)}</b>{' '}
        {isNew ? <span className="new">new</span> : <Difference now={runs} before={before} isCost />}
      </p>
      <p className="failure-seen">
        {isNew && firstCreated !== null ? (
          <time dateTime={firstCreated} title={firstCreated}>
            first seen {formatAge(firstCreated)}
          </time>
        ) : (
          'first seen over 24 hours ago'
        )}
      </p>
    </li>
  );
}
