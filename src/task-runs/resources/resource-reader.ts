// The only reader of organizations, projects and tasks. Each statement returns only those that one subject sees. It
// also reads the names of other services' objects, which are identified by ids from runs that the caller sees.

import type { HeldRoles } from '../../access/permissions.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import type { BoundStatement } from '../../database/statements.js';
import type { Lane } from '../../scheduling/lanes.js';
import { type BatchRead, type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle } from '../../scheduling/register-statement.js';
import type { SubjectKey } from '../visibility/roles-in-sql.js';
import { bindExternalNames, type ExternalNameRow, type ExternalResource } from './external-names-statement.js';
import { bindFoundTasks, type FoundTasksKey } from './found-tasks-statement.js';
import { bindHeldRoles, type HeldRolesKey, type HeldRolesRow } from './held-roles-statement.js';
import { bindNames, type NameRow, type NamesKey, type VisibleName } from './names-statement.js';
import { bindOwnRuns, type OwnRunsKey, type OwnRunsRow } from './own-runs-statement.js';
import { bindRetention, type RetentionRow } from './retention-statement.js';
import { bindVisibleResources, type VisibleOrganizationRow } from './visible-resources-statement.js';
import {
  bindVisibleTasks,
  type VisibleTaskRow,
  type VisibleTasksKey,
  type VisibleTasksRow,
} from './visible-tasks-statement.js';

/**
 * Each method reads with one statement, which serves all keys of a single request because its parameters contain one
 * subject.
 */
export class ResourceReader {
  readonly #organizations: BatchRead<SubjectKey, readonly VisibleOrganizationRow[]>;
  readonly #tasks: BatchRead<VisibleTasksKey, readonly VisibleTasksRow[]>;
  readonly #foundTasks: BatchRead<FoundTasksKey, readonly VisibleTaskRow[]>;
  readonly #names: BatchRead<NamesKey, readonly VisibleName[]>;
  readonly #externalNames: BatchRead<readonly ExternalResource[], readonly (string | null)[]>;
  readonly #retention: BatchRead<readonly string[], readonly (number | null)[]>;
  readonly #roles: BatchRead<HeldRolesKey, readonly (HeldRoles | null)[]>;
  readonly #ownRuns: BatchRead<OwnRunsKey, boolean>;

  constructor(statements: StatementRunner, scheduler: ReadScheduler) {
    const register = <Key, Row extends object, Result>(
      name: string,
      lane: Lane,
      bind: (key: Key) => BoundStatement,
      toResult: (rows: readonly Row[]) => Result,
    ) => registerSingle<Key, Row, Result>({ statements, scheduler }, name, { lane, bind, toResult });
    const identity = <Row>(rows: readonly Row[]) => rows;
    this.#organizations = register('organizations', 'page', bindVisibleResources, identity<VisibleOrganizationRow>);
    this.#tasks = register('tasks', 'page', bindVisibleTasks, identity<VisibleTasksRow>);
    this.#foundTasks = register('found tasks', 'page', bindFoundTasks, identity<VisibleTaskRow>);
    this.#names = register('names', 'point', bindNames, (rows: readonly NameRow[]) =>
      rows.filter((row): row is VisibleName => row.name !== null),
    );
    this.#externalNames = register('external names', 'point', bindExternalNames, (rows: readonly ExternalNameRow[]) =>
      rows.map(({ name }) => name),
    );
    this.#retention = register('retention', 'point', bindRetention, (rows: readonly RetentionRow[]) =>
      rows.map(({ days }) => days),
    );
    this.#roles = register('held roles', 'point', bindHeldRoles, (rows: readonly HeldRolesRow[]) =>
      rows.map(toHeldRoles),
    );
    this.#ownRuns = register('own runs', 'point', bindOwnRuns, ([row]: readonly OwnRunsRow[]) => row!.hasOwnRuns);
  }

  /** Returns organizations ordered by id. */
  readOrganizations(key: SubjectKey, budget: RequestBudget): Promise<readonly VisibleOrganizationRow[]> {
    return readSingle(this.#organizations, key, budget);
  }

  /** Returns pages in the order of the key's pages. */
  readTasks(key: VisibleTasksKey, budget: RequestBudget): Promise<readonly VisibleTasksRow[]> {
    return readSingle(this.#tasks, key, budget);
  }

  /** Returns tasks ordered by id. */
  findTasks(key: FoundTasksKey, budget: RequestBudget): Promise<readonly VisibleTaskRow[]> {
    return readSingle(this.#foundTasks, key, budget);
  }

  /** Returns the names of the resources that the subject sees, in any order. */
  readNames(key: NamesKey, budget: RequestBudget): Promise<readonly VisibleName[]> {
    return readSingle(this.#names, key, budget);
  }

  /** Returns names in the order of the resources, with null for unnamed ones. */
  readExternalNames(
    resources: readonly ExternalResource[],
    budget: RequestBudget,
  ): Promise<readonly (string | null)[]> {
    return readSingle(this.#externalNames, resources, budget);
  }

  /** Returns days in the order of the tasks, with null for tasks without a policy. The subject must see the tasks. */
  readRetention(taskIds: readonly string[], budget: RequestBudget): Promise<readonly (number | null)[]> {
    return readSingle(this.#retention, taskIds, budget);
  }

  /**
   * Returns the roles for each path of a key, in order, with null for a path that does not exist or is outside the
   * confinement.
   */
  readRoles(key: HeldRolesKey, budget: RequestBudget): Promise<readonly (HeldRoles | null)[]> {
    return readSingle(this.#roles, key, budget);
  }

  /** Returns whether a user has executed any run of a task. */
  readHasOwnRuns(key: OwnRunsKey, budget: RequestBudget): Promise<boolean> {
    return readSingle(this.#ownRuns, key, budget);
  }
}

function toHeldRoles({ isInScope, ...roles }: HeldRolesRow): HeldRoles | null {
  return isInScope ? roles : null;
}
