import './task-table.css';
import { useState } from 'react';
import { countOf } from '../../shared/format/format-quantity.js';
import { setParams, useLocation } from '../navigation.js';
import {
  countTasks,
  defaultSort,
  matchingGroups,
  type SortKey,
  sortedGroups,
  sortKeyOf,
  type TaskGroup,
  unfoldedProjects,
} from './task-groups.js';
import { GroupRow, TaskRows } from './task-rows.js';

interface TaskTableProps {
  readonly groups: readonly TaskGroup[];
  readonly since: string;
  readonly filterField: React.RefObject<HTMLInputElement | null>;
}

const columns: readonly (readonly [key: SortKey, title: string])[] = [
  ['runs', 'Runs'],
  ['failed', 'Failed'],
  ['rate', 'Failure rate'],
  ['p95', 'p95'],
  ['tokens', 'Tokens'],
  ['credits', 'Credits'],
];

/** The tasks with runs, grouped by project. The URL contains the order and the text that filters them. */
export function TaskTable({ groups, since, filterField }: TaskTableProps) {
  const { params } = useLocation();
  const text = params.get('find') ?? '';
  const sort = sortKeyOf(params.get('sort'));
  const shown = sortedGroups(matchingGroups(groups, text), sort);
  const folding = useFolding(groups, text !== '');
  return (
    <section aria-label="Tasks">
      <div className="row home-title">
        <h2>Tasks</h2>
        <input
          ref={filterField}
          type="search"
          aria-label="Filter tasks"
          placeholder="Filter by task or project"
          value={text}
          onChange={({ target }) => setParams({ find: target.value }, { replace: true })}
        />
        <p className="faint" role="status">
          {summaryOf(shown)}
        </p>
        {groups.length > 1 && (
          <button type="button" onClick={folding.toggleAll}>
            {folding.isAllOpen ? 'Fold all' : 'Unfold all'}
          </button>
        )}
      </div>
      {shown.length > 0 && (
        <div className="task-table panel table">
          <table>
            <TableHead sort={sort} />
            {shown.map((group) => (
              <tbody key={group.place.project.id}>
                {groups.length > 1 && (
                  <GroupRow
                    group={group}
                    since={since}
                    isOpen={folding.isOpen(group)}
                    onToggle={() => folding.toggle(group)}
                  />
                )}
                {(groups.length === 1 || folding.isOpen(group)) && <TaskRows group={group} since={since} />}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

function summaryOf(groups: readonly TaskGroup[]): string {
  if (groups.length === 0) return 'No task or project with runs matches.';
  return `${countOf(countTasks(groups), 'task')} in ${countOf(groups.length, 'project')}`;
}

/** Keeps which projects are folded. While tasks are filtered, all matches are shown. */
function useFolding(groups: readonly TaskGroup[], isFiltered: boolean) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const unfolded = unfoldedProjects(groups);
  const isOpen = ({ place: { project } }: TaskGroup) =>
    chosen.get(project.id) ?? (isFiltered || unfolded.has(project.id));
  const isAllOpen = groups.every(isOpen);
  return {
    isOpen,
    isAllOpen,
    toggle: (group: TaskGroup) => setChosen(new Map(chosen).set(group.place.project.id, !isOpen(group))),
    toggleAll: () => setChosen(new Map(groups.map(({ place }) => [place.project.id, !isAllOpen]))),
  };
}

function TableHead({ sort }: { readonly sort: SortKey }) {
  return (
    <thead>
      <tr>
        <ColumnTitle column="name" title="Task" sort={sort} />
        <th scope="col" className="spark-cell">
          <span className="visually-hidden">Over time</span>
        </th>
        {columns.map(([column, title]) => (
          <ColumnTitle key={column} column={column} title={title} sort={sort} />
        ))}
      </tr>
    </thead>
  );
}

interface ColumnTitleProps {
  readonly column: SortKey;
  readonly title: string;
  readonly sort: SortKey;
}

/** Sorts by the column; a second click restores the default order. */
function ColumnTitle({ column, title, sort }: ColumnTitleProps) {
  const isSorted = column === sort;
  const direction = column === 'name' ? 'ascending' : 'descending';
  return (
    <th
      scope="col"
      className={column === 'name' ? 'name-cell' : `number ${column}-cell`}
      aria-sort={isSorted ? direction : 'none'}
    >
      <button
        type="button"
        className="order bare"
        onClick={() => setParams({ sort: isSorted || column === defaultSort ? null : column }, { replace: true })}
      >
        {title}
      </button>
    </th>
  );
}
