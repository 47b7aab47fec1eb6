import { Credits } from '../../shared/format/credits.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { urlOf } from '../navigation.js';
import { isComparable, runsBefore } from '../statistics/change.js';
import { Difference } from '../statistics/difference.js';
import { P95 } from '../statistics/p95.js';
import { comparableRateOf, isHighRate, p95Of, shareOf } from '../statistics/rates.js';
import type { Place } from './places.js';
import { SparkBars } from './spark-bars.js';
import { type ComparedMeasures, type TaskGroup, type TaskRow, worstTask } from './task-groups.js';

interface GroupRowProps {
  readonly group: TaskGroup;
  readonly since: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** A project with the sums of its tasks. */
export function GroupRow({ group, since, isOpen, onToggle }: GroupRowProps) {
  const { place, name, tasks, measures } = group;
  const worst = isOpen ? undefined : worstTask(group);
  return (
    <tr className="group-row">
      <th scope="rowgroup" className="name-cell">
        <div className="group-name">
          <button type="button" className="bare" title={name} aria-expanded={isOpen} onClick={onToggle}>
            {name} <small className="muted">{tasks.length}</small>
          </button>
          {worst && (
            <small className="one-line muted">
              <span className="problem">{shareOf(worst.measures)}</span> in {worst.name}
            </small>
          )}
        </div>
      </th>
      <td className="spark-cell" />
      <Cells measures={measures} failedUrl={pageUrl('runs', place, { since, status: 'FAIL' })} isSum />
    </tr>
  );
}

/** The tasks of a project. */
export function TaskRows({ group, since }: { readonly group: TaskGroup; readonly since: string }) {
  return group.tasks.map((task) => <TaskCells key={task.taskId} place={group.place} task={task} since={since} />);
}

interface TaskCellsProps {
  readonly place: Place;
  readonly task: TaskRow;
  readonly since: string;
}

function TaskCells({ place, task: { taskId: task, name, measures }, since }: TaskCellsProps) {
  return (
    <tr>
      <th scope="row" className="name-cell">
        <a href={pageUrl('runs', place, { task, since })}>{name}</a>
      </th>
      <td className="spark-cell">
        <a href={pageUrl('runs/statistics', place, { task, since })} aria-label={`Statistics of ${name}`}>
          <SparkBars bars={measures.buckets} />
        </a>
      </td>
      <Cells measures={measures} failedUrl={pageUrl('runs', place, { task, status: 'FAIL', since })} />
    </tr>
  );
}

function pageUrl(path: string, { orgId: org, project }: Place, params: Readonly<Record<string, string>>): string {
  return urlOf(path, new URLSearchParams({ org, project: project.id, ...params }));
}

interface CellsProps {
  readonly measures: ComparedMeasures;
  /** The list of the failed runs. */
  readonly failedUrl: string;
  /** Whether the measures are sums, which have no percentile. */
  readonly isSum?: boolean;
}

function Cells({ measures, failedUrl, isSum = false }: CellsProps) {
  const { runs, errors, totalTokens, chargedCredits, previous } = measures;
  const hasChanges = isComparable(previous, measures);
  return (
    <>
      <td className="number runs-cell">
        {formatCount(runs)}
        <Change>
          {hasChanges ? <Difference now={runs} before={previous.runs} /> : runsBefore(previous, measures)}
        </Change>
      </td>
      <td className="number failed-cell">
        {errors > 0 ? <a href={failedUrl}>{formatCount(errors)}</a> : <span className="muted">0</span>}
      </td>
      <td className="number rate-cell">
        <FailureRate measures={measures} />
        <Change>
          {hasChanges && <Difference now={comparableRateOf(measures)} before={comparableRateOf(previous)} isRate />}
        </Change>
      </td>
      <td className="number p95-cell">
        {!isSum && <P95 measures={measures} />}
        <Change>{!isSum && hasChanges && <Difference now={p95Of(measures)} before={p95Of(previous)} />}</Change>
      </td>
      <td className="number tokens-cell">{formatCount(totalTokens)}</td>
      <td className="number credits-cell">
        <Credits credits={chargedCredits} />
        <Change>{hasChanges && <Difference now={chargedCredits} before={previous.chargedCredits} />}</Change>
      </td>
    </>
  );
}

/** The change of a figure, in a separate column, so that figures are below one another. */
function Change({ children }: { readonly children: React.ReactNode }) {
  return <small className="change muted">{children}</small>;
}

function FailureRate({ measures }: { readonly measures: ComparedMeasures }) {
  const isFew = comparableRateOf(measures) === null;
  return <span className={isFew ? 'muted small' : isHighRate(measures) ? 'problem' : ''}>{shareOf(measures)}</span>;
}
