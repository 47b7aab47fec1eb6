import { formatCount } from '../../shared/format/format-quantity.js';
import { formatAge } from '../../shared/format/format-time.js';
import { valueText } from '../filters/value-filter.js';
import { urlOf } from '../navigation.js';
import { Difference } from '../statistics/difference.js';
import { noveltyOf } from '../statistics/novelty.js';
import type { FailureFigures, FailurePlace } from './figures.js';
import { since } from './home-query.js';
import { placeName } from './place-name.js';
import { SparkBars } from './spark-bars.js';

const day = 86_400_000;

/**
 * A kind of failure in the last 24 hours, with links to its runs in each project. Its own link leads to the project
 * with most of them, or to the organization if several of its projects have some.
 */
export function FailureKind({ kind, places, runs, before, firstSeen, perHour }: FailureFigures) {
  const now = Date.now();
  const novelty = noveltyOf({ firstSeen, before }, { start: now - day, end: now });
  const isInOrganization = places.slice(1).some(({ place }) => place.orgId === places[0]!.place.orgId);
  return (
    <li>
      <div className="failure-kind">
        <h3>
          <a href={listOf(kind, places[0]!, isInOrganization)}>{kind}</a>
        </h3>
        {places.map((failurePlace) => (
          <p key={failurePlace.place.project.id} className="faint">
            {failurePlace.tasks.join(', ')} ·{' '}
            {places.length === 1 ? (
              placeName(failurePlace.place)
            ) : (
              <a href={listOf(kind, failurePlace)}>{placeName(failurePlace.place)}</a>
            )}
          </p>
        ))}
      </div>
      <SparkBars bars={perHour.map((count) => ({ runs: count, errors: count }))} />
      <p className="number">
        <b>{formatCount(runs)}</b>{' '}
        {novelty ? <span className="new bad small">{novelty}</span> : <Difference now={runs} before={before} />}
      </p>
      <p className="failure-seen faint">
        {firstSeen !== null && (
          <time dateTime={firstSeen} title={firstSeen}>
            first seen {formatAge(firstSeen)}
          </time>
        )}
      </p>
    </li>
  );
}

function listOf(kind: string, { place: { orgId, project } }: FailurePlace, isInOrganization = false): string {
  const is = valueText('failure', '', JSON.stringify(kind));
  const scope = { org: orgId, ...(!isInOrganization && { project: project.id }) };
  return urlOf('runs', new URLSearchParams({ ...scope, since, is }));
}
