// The only reader of organizations, projects and tasks. Each statement returns only those that one subject sees. It also
// reads the names of objects of other services, whose ids the caller has from runs that it sees.

import type { HeldRoles } from '../../access/permissions.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import type { BoundStatement } from '../../database/statements.js';
import type { Lane } from '../batching/lanes.js';
import type { BatchRead, ReadScheduler } from '../batching/read-scheduler.js';
import { registerSingle } from '../batching/register-statement.js';
import type { SubjectKey } from '../scope/roles-in-sql.js';
import { bindExternalNames, type ExternalNameRow, type ExternalResource } from './external-names-statement.js';
import { bindFoundTasks, type FoundTasksKey } from './found-tasks-statement.js';
import { bindHeldRoles, type HeldRolesKey, type HeldRolesRow } from './held-roles-statement.js';
import { bindNames, type NameRow, type NamesKey, type VisibleName } from './names-statement.js';
import { bindRetention, type RetentionRow } from './retention-statement.js';
import { bindVisibleResources, type VisibleOrganizationRow } from './visible-resources-statement.js';
import {
  bindVisibleTasks,
  type VisibleTaskRow,
  type VisibleTasksKey,
  type VisibleTasksRow,
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
  /** Names in the order of the key; null: without a name. */
  readonly readExternalNames: BatchRead<readonly ExternalResource[], readonly (string | null)[]>;
  /** Days in the order of the tasks, which the subject sees; null: without a policy. */
  readonly readRetention: BatchRead<readonly string[], readonly (number | null)[]>;
  /** Roles for each path of a key, in their order; null: the path does not exist or is outside the confinement. */
  readonly readRoles: BatchRead<HeldRolesKey, readonly (HeldRoles | null)[]>;
}

export function createResourceReader(statements: StatementRunner, scheduler: ReadScheduler): ResourceReader {
  /** A statement serves all keys of one request, because its parameters have one subject. */
  const register = <Key, Row extends object, Result>(
    name: string,
    lane: Lane,
    bind: (key: Key) => BoundStatement,
    toResult: (rows: readonly Row[]) => Result,
  ) => registerSingle<Key, Row, Result>({ statements, scheduler }, name, { lane, bind, toResult });
  const identity = <Row>(rows: readonly Row[]) => rows;

  return {
    readOrganizations: register('organizations', 'page', bindVisibleResources, identity<VisibleOrganizationRow>),
    readTasks: register('tasks', 'page', bindVisibleTasks, identity<VisibleTasksRow>),
    findTasks: register('found tasks', 'page', bindFoundTasks, identity<VisibleTaskRow>),
    readNames: register('names', 'point', bindNames, (rows: readonly NameRow[]) =>
      rows.filter((row): row is VisibleName => row.name !== null),
    ),
    readExternalNames: register('external names', 'point', bindExternalNames, (rows: readonly ExternalNameRow[]) =>
      rows.map(({ name }) => name),
    ),
    readRetention: register('retention', 'point', bindRetention, (rows: readonly RetentionRow[]) =>
      rows.map(({ days }) => days),
    ),
    readRoles: register('held roles', 'point', bindHeldRoles, (rows: readonly HeldRolesRow[]) => rows.map(toHeldRoles)),
  };
}

function toHeldRoles({ isInScope, ...roles }: HeldRolesRow): HeldRoles | null {
  return isInScope ? roles : null;
}
