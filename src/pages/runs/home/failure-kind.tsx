import { countOf } from '../../shared/format/format-quantity.js';
import { formatAge, formatDay } from '../../shared/format/format-time.js';
import { urlOf } from '../navigation.js';
import { runsBefore } from '../statistics/change.js';
import { Difference } from '../statistics/difference.js';
import type { FailureFigures, FailurePlace } from './failures.js';
import { placeName } from './places.js';
import { SparkBars } from './spark-bars.js';

interface FailureKindProps {
  readonly failure: FailureFigures;
  readonly since: string;
}

/** The number of projects shown without a click. */
const maxPlaces = 1;

/**
 * A kind of failure in the period, with links to its runs in each project. Its own link leads to all of them: to the
 * project, or to the organization if several of its projects have some.
 */
export function FailureKind({ failure, since }: FailureKindProps) {
  const { kind, message, places, bars, firstSeen, lastCreated } = failure;
  const isInOrganization = places.length > 1;
  const more = places.slice(maxPlaces);
  const shown = places.slice(0, maxPlaces).map((place) => placeItem(place));
  function placeItem(failurePlace: FailurePlace) {
    const url = listOf(kind, since, failurePlace);
    return <Place key={failurePlace.place.project.id} failurePlace={failurePlace} url={url} />;
  }
  return (
    <li>
      <div className="failure-kind">
        <h3>
          <a href={listOf(kind, since, places[0]!, isInOrganization)} title={message === kind ? undefined : kind}>
            {message}
          </a>
        </h3>
        {shown}
        {more.length > 0 && (
          <details className="faint">
            <summary>{countOf(more.length, 'more project')}</summary>
            {more.map(placeItem)}
          </details>
        )}
      </div>
      <SparkBars bars={bars} />
      <FailureCount failure={failure} />
      <p className="failure-seen faint">
        <Age label="first seen" time={firstSeen} />
        <Age label="last seen" time={lastCreated} />
      </p>
    </li>
  );
}

function listOf(kind: string, since: string, { place }: FailurePlace, isInOrganization = false): string {
  const scope = { org: place.orgId, ...(!isInOrganization && { project: place.project.id }) };
  return urlOf('runs', new URLSearchParams({ ...scope, since, failure: kind }));
}

/** A project with the tasks and revisions in which the kind occurred. */
function Place({ failurePlace, url }: { readonly failurePlace: FailurePlace; readonly url: string }) {
  const { place, tasks, hasMoreTasks } = failurePlace;
  return (
    <p className="faint">
      {tasks.join(' · ')}
      {hasMoreTasks && ' and others'} in <a href={url}>{placeName(place)}</a>
    </p>
  );
}

function FailureCount({ failure: { runs, before, novelty } }: { readonly failure: FailureFigures }) {
  const note = runsBefore({ runs: before }, { runs });
  return (
    <p className="failure-count number">
      <b>{countOf(runs, 'run')}</b>{' '}
      {novelty ? (
        <span className={novelty === 'new' ? 'new bad small' : 'new warn small'}>{novelty}</span>
      ) : note === null ? (
        <Difference now={runs} before={before} />
      ) : (
        <small className="muted">{note}</small>
      )}
    </p>
  );
}

function Age({ label, time }: { readonly label: string; readonly time: string | null }) {
  if (time === null) return null;
  return (
    <span className="one-line">
      {label}{' '}
      <time dateTime={time} title={time}>
        {Date.now() - Date.parse(time) < 7 * 86_400_000 ? formatAge(time) : `on ${formatDay(time)}`}
      </time>
    </span>
  );
}
