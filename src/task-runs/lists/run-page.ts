// Pages of runs, as returned by statements.

import { explainForbidden } from '../../access/policy.js';
import { type RunRequest, type RunsRow, toRuns } from '../columns/columnar-run.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../columns/field-groups.js';
import type { TaskRunRecord } from '../columns/records.js';
import { noRelations, type Relations, toRelations } from '../columns/run-relations.js';
import type { TaskAccess } from '../visibility/run-scope.js';
import type { RunPosition } from './cursor.js';
import { type ScanEndRow, scanEndOf } from './page-query.js';
import type { PageRequest } from './page-request.js';
import type { TaskPageKey, TaskPageRow } from './task-page-statement.js';

/** A page's runs in order, with the relations read together with them. */
export interface RunPage {
  readonly runs: readonly TaskRunRecord[];
  /** The field groups that were read. */
  readonly fieldGroups: FieldGroups;
  /** Whether the list continues beyond the page in reading direction. */
  readonly hasMore: boolean;
  /** The last run tested, from which the next page continues, or null if it continues from the page's last run. */
  readonly scanEnd: RunPosition | null;
  readonly relations: Relations;
}

export interface TaskPage {
  readonly access: TaskAccess;
  /** The page. Must not be returned unless the facts allow it. */
  readonly page: RunPage;
}

export const noRuns: RunPage = {
  runs: [],
  fieldGroups: FieldGroup.none,
  hasMore: false,
  scanEnd: null,
  relations: noRelations,
};

interface ReadPage extends Pick<RunRequest, 'path' | 'projectIdByTask' | 'withheldOf'> {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

export function toTaskPage(rows: readonly TaskPageRow[], key: TaskPageKey, maxBytes: number): TaskPage {
  const { taskId, visibility, isProject, roles } = rows[0]!;
  const access = { taskId, visibility, isProject, roles };
  const missing = key.analystRuns === 'all' ? explainForbidden(access) : null;
  const withheld = missing && { withheldOf: () => ({ missing }) };
  return { access, page: toPage(rows, { ...key, ...withheld }, maxBytes) };
}

/** @param rows with the runs in reading order, including one more than the page holds if the list continues */
export function toPage(
  rows: readonly Pick<TaskPageRow, keyof RunsRow | keyof ScanEndRow>[],
  { page: { size, isBackward }, path, selection, projectIdByTask, withheldOf }: ReadPage,
  maxBytes: number,
): RunPage {
  const read = rows.filter((row): row is RunsRow => row.runs !== null);
  const request = {
    ...{ path, selection, maxBytes },
    ...(projectIdByTask && { projectIdByTask }),
    ...(withheldOf && { withheldOf }),
  };
  const runs = read.flatMap((row) => toRuns(row, () => request) as TaskRunRecord[]);
  const pageRuns = runs.slice(0, size);
  const scanEnd = runs.length > size ? null : scanEndOf(rows[0]);
  return {
    runs: isBackward ? pageRuns.reverse() : pageRuns,
    fieldGroups: selection.fieldGroups,
    hasMore: runs.length > size || scanEnd !== null,
    scanEnd,
    // Runs that were read one by one have no relations yet.
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
  };
}

/** Joins two parts of a page in page order. */
export function joinParts(one: RunPage, other: RunPage): Pick<RunPage, 'runs' | 'fieldGroups' | 'relations'> {
  const [relations, otherRelations] = [one.relations, other.relations];
  return {
    runs: [...one.runs, ...other.runs],
    // A part that was read run by run has no relations.
    fieldGroups: one.fieldGroups & other.fieldGroups,
    relations: {
      groupById: new Map([...relations.groupById, ...otherRelations.groupById]),
      filesByRun: new Map([...relations.filesByRun, ...otherRelations.filesByRun]),
    },
  };
}
