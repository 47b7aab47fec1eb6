// The only reader of organizations, projects and tasks. Each statement returns only those that one subject sees.

import type { HeldRoles } from '../../access/permissions.js';
import { roleOfRank } from '../../access/policy.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import type { Statement } from '../../database/statements.js';
import type { Lane } from '../batching/lanes.js';
import type { BatchRead, ReadScheduler } from '../batching/read-scheduler.js';
import { type SubjectKey, toSubjectValues } from '../scope/roles-in-sql.js';
import { type FoundTasksKey, foundTasksStatement, toFoundTasksValues } from './found-tasks-statement.js';
import { type HeldRolesKey, type HeldRolesRow, heldRolesStatement, toHeldRolesValues } from './held-roles-statement.js';
import { type NameRow, type NamesKey, namesStatement, toNamesValues, type VisibleName } from './names-statement.js';
import { type VisibleOrganizationRow, visibleResourcesStatement } from './visible-resources-statement.js';
import {
  toVisibleTasksValues,
  type VisibleTaskRow,
  type VisibleTasksKey,
  type VisibleTasksRow,
  visibleTasksStatement,
} from './visible-tasks-statement.js';

export interface ResourceReader {
  /** In the order of ids. */
  readonly readOrganizations: BatchRead<SubjectKey, readonly VisibleOrganizationRow[]>;
  /** Pages in the order of the key's pages. */
  readonly readTasks: BatchRead<VisibleTasksKey, readonly VisibleTasksRow[]>;
  /** In the order of ids. */
  readonly findTasks: BatchRead<FoundTasksKey, readonly VisibleTaskRow[]>;
  /** In any order, for the resources that the subject sees. */
  readonly readNames: BatchRead<NamesKey, readonly VisibleName[]>;
  /** Roles for each path of a key, in their order; null: the path does not exist or is outside the confinement. */
  readonly readRoles: BatchRead<HeldRolesKey, readonly (HeldRoles | null)[]>;
}

export function createResourceReader(statements: StatementRunner, scheduler: ReadScheduler): ResourceReader {
  /** Registers a read. A statement serves all keys of one request, because its parameters have one subject. */
  const register = <Key, Row extends object, Result>(
    lane: Lane,
    statement: Statement,
    toValues: (key: Key) => unknown[],
    toResult: (rows: readonly Row[], key: Key) => Result,
  ) =>
    scheduler.register<Key, Result>({
      lane,
      maxBatchSize: 1,
      readMany: async ([key], signal) => [toResult(await statements.run<Row>(statement, toValues(key!), signal), key!)],
    });
  const identity = <Row>(rows: readonly Row[]) => rows;

  return {
    readOrganizations: register('page', visibleResourcesStatement, toSubjectValues, identity<VisibleOrganizationRow>),
    readTasks: register('page', visibleTasksStatement, toVisibleTasksValues, identity<VisibleTasksRow>),
    findTasks: register('page', foundTasksStatement, toFoundTasksValues, identity<VisibleTaskRow>),
    readNames: register('point', namesStatement, toNamesValues, (rows: readonly NameRow[]) =>
      rows.filter((row): row is VisibleName => row.name !== null),
    ),
    readRoles: register('point', heldRolesStatement, toHeldRolesValues, (rows: readonly HeldRolesRow[]) =>
      rows.map(toHeldRoles),
    ),
  };
}

function toHeldRoles({ isInScope, visibility, ...row }: HeldRolesRow): HeldRoles | null {
  if (!isInScope) return null;
  return {
    organization: roleOfRank(row.organization),
    project: roleOfRank(row.project),
    withinProject: roleOfRank(row.withinProject),
    task: roleOfRank(row.task),
    visibility,
  };
}
