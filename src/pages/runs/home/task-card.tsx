import { Duration } from '../../shared/format/duration.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { urlOf } from '../navigation.js';
import type { HomeMeasures } from '../operations.js';
import { isComparable } from '../statistics/change.js';
import { Difference } from '../statistics/difference.js';
import { errorRateOf, shareOf } from '../statistics/rates.js';
import type { TaskFigures } from './figures.js';
import { since } from './home-query.js';
import { placeName } from './place-name.js';
import { SparkBars } from './spark-bars.js';

interface Figure {
  readonly name: string;
  readonly show: (measures: HomeMeasures) => React.ReactNode;
  readonly read: (measures: HomeMeasures) => number | null;
  readonly isRate?: boolean;
}

const figures: readonly Figure[] = [
  { name: 'Runs', show: ({ runs }) => formatCount(runs), read: ({ runs }) => runs },
  { name: 'Failure rate', show: shareOf, read: errorRateOf, isRate: true },
  {
    name: 'p95',
    show: ({ llmCallTiming: { p95 } }) => (p95 === null ? 'none' : <Duration seconds={p95} />),
    read: ({ llmCallTiming }) => llmCallTiming.p95,
  },
];

/** A task's last 24 hours, compared with the previous 24 hours. */
export function TaskCard({ place, taskId, name, measures }: TaskFigures) {
  const { orgId: org, project } = place;
  const paramsOf = (further: Readonly<Record<string, string>>) =>
    new URLSearchParams({ org, project: project.id, task: taskId, ...further, since });
  const listOf = (further: Readonly<Record<string, string>>) => urlOf('runs', paramsOf(further));
  const { errors, previous, buckets } = measures;
  const isNew = previous.runs === 0;
  return (
    <li className="task-card panel stack">
      <div className="task-title small">
        <h3>
          <a href={listOf({})}>{name}</a>
        </h3>
        <a href={urlOf('runs/statistics', paramsOf({}))}>Statistics</a>
      </div>
      <p className="faint">{placeName(place)}</p>
      <SparkBars bars={buckets} />
      <dl>
        {figures.map(({ name, show, read, ...kind }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="number">
              {name === 'Failure rate' && errors > 0 ? (
                <a className="problem" href={listOf({ status: 'FAIL' })}>
                  {show(measures)}
                </a>
              ) : (
                show(measures)
              )}
              {isComparable(previous, measures) && (
                <Difference now={read(measures)} before={read(previous)} {...kind} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isNew && <p className="faint">No runs in the 24 hours before.</p>}
    </li>
  );
}
