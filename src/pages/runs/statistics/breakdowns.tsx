import { timeZone } from '../../shared/format/format-time.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { setParams, urlOf } from '../navigation.js';
import { useHasPayload } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { type MeasureRow, rowsOf, withFilter } from './breakdown-rows.js';
import type { Period } from './bucket-ranges.js';
import type { Dimension, Filter } from './dimension.js';
import { dimensions, isOffered } from './dimensions.js';
import { MeasureTable } from './measure-table.js';
import { isPathError, PathField } from './path-field.js';
import { type BreakdownState, maxGroups } from './statistics-query.js';

/** The value of `split` for a row per bucket. */
export const overTime = 'TIME';

interface BreakdownsProps {
  readonly scope: Scope | undefined;
  readonly params: URLSearchParams;
  /** Parameters of the list of all these runs. */
  readonly listParams: URLSearchParams;
  readonly period: Period;
  readonly breakdown: BreakdownState;
  /** The rows of the table over time, oldest first. */
  readonly bucketRows: readonly MeasureRow[];
}

/** One table of the runs, grouped by the dimension of its tab, or by time. */
export function Breakdowns({ scope, params, listParams, period, breakdown, bucketRows }: BreakdownsProps) {
  const { shown, tabs, groups, found } = breakdown;
  const path = params.get('path') ?? '';
  const urlOfRuns = (filter: Filter) => urlOf('runs', withFilter(listParams, filter));
  const isOverTime = params.get('split') === overTime || shown === undefined;
  return (
    <section className="breakdowns stack" aria-label="Breakdowns" aria-busy={groups.isLoading}>
      <div className="breakdown-tabs row">
        {tabs.map(({ name, label }) => (
          <Tab key={name} name={name} label={label} isShown={!isOverTime && name === shown?.name} />
        ))}
        <Tab name={overTime} label="Over time" isShown={isOverTime} />
        <FurtherDimensions scope={scope} tabs={tabs} shown={isOverTime ? undefined : shown} />
        {!isOverTime && shown.source && (
          <PathField key={shown.name} path={path} example={shown.example} isBad={isPathError(groups.error)} />
        )}
      </div>
      {groups.error !== undefined && !isPathError(groups.error) && (
        <ErrorNotice error={groups.error} onRetry={groups.reload} />
      )}
      {isOverTime ? (
        <MeasureTable title={`From, in ${timeZone}`} rows={bucketRows.toReversed()} />
      ) : (
        found && (
          <div className={`stack ${groups.isStale ? 'stale' : ''}`}>
            <MeasureTable
              title={shown.source ? `${shown.label}: ${path}` : shown.label}
              rows={rowsOf({
                dimension: shown,
                groups: found,
                path,
                scope,
                period,
                urlOfRuns,
                isChosen: params.has('split'),
              })}
              isComparedInOrder={shown.isChronological === true}
            />
            <TableNote dimension={shown} count={found.length} isChosen={params.has('split')} />
          </div>
        )
      )}
    </section>
  );
}

function Tab({ name, label, isShown }: { readonly name: string; readonly label: string; readonly isShown: boolean }) {
  return (
    <button
      type="button"
      aria-pressed={isShown}
      onClick={() => setParams({ split: name, path: null, together: null }, { replace: true })}
    >
      {label}
    </button>
  );
}

interface FurtherDimensionsProps {
  readonly scope: Scope | undefined;
  readonly tabs: readonly Dimension[];
  readonly shown: Dimension | undefined;
}

/** The dimensions without a tab, in a menu. */
function FurtherDimensions({ scope, tabs, shown }: FurtherDimensionsProps) {
  const hasPayload = useHasPayload(scope);
  const offered = dimensions.filter(
    (dimension) => !tabs.includes(dimension) && (hasPayload || !dimension.isPayload) && isOffered(dimension, scope),
  );
  const chosen = shown && !tabs.includes(shown) ? shown.name : '';
  return (
    <select
      aria-label="Break down by"
      className={chosen === '' ? '' : 'chosen'}
      value={chosen}
      onChange={({ target }) => setParams({ split: target.value, path: null, together: null }, { replace: true })}
    >
      <option value="" disabled hidden>
        More …
      </option>
      {offered.map(({ name, label }) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  );
}

interface TableNoteProps {
  readonly dimension: Dimension;
  readonly count: number;
  readonly isChosen: boolean;
}

function TableNote({ dimension: { name, isChronological }, count, isChosen }: TableNoteProps) {
  const isCut = count === (isChosen ? maxGroups.chosen : maxGroups.overview);
  if (!isCut && !isChronological) return null;
  return (
    <p className="charts-note faint">
      {isChronological && 'Each revision is compared with the one before. '}
      {isCut && `Only ${count} groups are shown. `}
      {isCut && !isChosen && (
        <button type="button" className="link" onClick={() => setParams({ split: name }, { replace: true })}>
          Show more
        </button>
      )}
    </p>
  );
}
