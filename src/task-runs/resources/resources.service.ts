// The organizations, projects and tasks that a caller sees, and the caller's permissions. Created for each request.

import DataLoader from 'dataloader';
import type { Caller } from '../../access/caller.js';
import { type HeldRoles, holdsPermission, type Permission, requiresTask } from '../../access/permissions.js';
import { decideRunAccess, isAnalyst, noRoles, type RunAccess, rankedRoleOf } from '../../access/policy.js';
import { isResourceId } from '../../access/resource-id.js';
import { isStorable, maxSubjectLength, normalizeSubject } from '../../access/subject.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { RankedRole } from '../../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { lazy } from '../../scheduling/lazy.js';
import { decodeWords, encodeWords, invalidCursor } from '../columns/cursor-words.js';
import { parsePageSize } from '../lists/page-request.js';
import { checkText } from '../visibility/filter-row.js';
import type { SubjectKey } from '../visibility/roles-in-sql.js';
import type { ExternalResource } from './external-names-statement.js';
import { parsePermission, parseResourcePath, type ResourcePathInput, rolesAt, typeOfPath } from './held-permissions.js';
import type { ResourcePath } from './held-roles-statement.js';
import type { ResourceReference, VisibleName } from './names-statement.js';
import type { ResourceReader } from './resource-reader.js';
import type { VisibleProjectRow } from './visible-resources-statement.js';
import type { TaskPageRequest, VisibleTaskRow } from './visible-tasks-statement.js';

export interface VisibleResource {
  readonly id: string;
  readonly name: string;
  /**
   * The caller's highest role there among owner, editor and viewer, including inherited ones, or null if it has none of
   * them.
   */
  readonly role: RankedRole | null;
  /** Whether the caller is an analyst there, including through an inherited grant. */
  readonly isAnalyst: boolean;
}

export interface VisibleOrganization extends VisibleResource {
  readonly projects: readonly VisibleResource[];
}

export interface VisibleTask extends VisibleResource {
  readonly runVisibility: RunVisibility;
  readonly runAccess: RunAccess;
}

export interface VisibleTasks {
  readonly tasks: readonly VisibleTask[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Number of visible tasks, or undefined if not counted. */
  readonly count: number | undefined;
}

export interface TaskPageInput {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface HeldPermissions {
  readonly permissions: readonly Permission[];
  /** The member's name in grants. */
  readonly member: string;
}

export interface TaskPageSelection {
  /** Number of selected fields per task. */
  readonly fieldsPerTask: number;
  readonly isCounted: boolean;
}

export class ResourceService {
  readonly #subjectKey: SubjectKey;
  readonly #organizations = lazy(() => this.reader.readOrganizations(this.#subjectKey, this.budget));
  readonly #pages = lazy(
    () =>
      new DataLoader(
        (pages: readonly TaskPageRequest[]) => this.reader.readTasks({ ...this.#subjectKey, pages }, this.budget),
        { cacheKeyFn: JSON.stringify },
      ),
  );
  readonly #names = lazy(
    () =>
      new DataLoader<ResourceReference, VisibleName | null, string>((resources) => this.#readNames(resources), {
        cacheKeyFn: referenceKey,
      }),
  );
  readonly #externalNames = lazy(
    () =>
      new DataLoader<ExternalResource, string | null, string>(
        (resources) => this.reader.readExternalNames(resources, this.budget),
        { cacheKeyFn: ({ orgId, kind, id }) => `${orgId} ${kind} ${id}` },
      ),
  );
  readonly #retention = lazy(
    () => new DataLoader((taskIds: readonly string[]) => this.reader.readRetention(taskIds, this.budget)),
  );
  readonly #rolesAt = lazy(
    () =>
      new DataLoader(
        (paths: readonly ResourcePath[]) => this.reader.readRoles({ ...this.#subjectKey, paths }, this.budget),
        { cacheKeyFn: JSON.stringify },
      ),
  );

  constructor(
    private readonly reader: ResourceReader,
    readonly caller: Caller,
    private readonly budget: RequestBudget,
    private readonly permissions: readonly Permission[],
  ) {
    this.#subjectKey = { subject: caller.subject, confinement: caller.confinement };
  }

  /** Returns the organizations on which, or below which, the caller has a role. */
  async organizations(): Promise<readonly VisibleOrganization[]> {
    return (await this.#organizations()).map(({ projects, ...organization }) => ({
      ...toResource(organization),
      projects: projects.map(toResource),
    }));
  }

  /**
   * Returns a project's tasks that the caller sees. Pages requested in the same tick are read with one statement.
   * @throws GatewayError VALIDATION_FAILED for the page
   */
  async tasksOf(
    projectId: string,
    { first, after }: TaskPageInput,
    { fieldsPerTask, isCounted }: TaskPageSelection,
  ): Promise<VisibleTasks> {
    const size = parsePageSize('first', first ?? limits.defaultPageSize.value);
    const position = after == null ? null : parseTaskCursor('after', after);
    this.budget.counts.count(limits.listFields, size * fieldsPerTask);
    const { tasks, count } = await this.#pages().load({ projectId, after: position, size, isCounted });
    return {
      tasks: tasks.slice(0, size).map((task) => this.#toVisibleTask(task)),
      hasNext: tasks.length > size,
      hasPrevious: position !== null,
      count: count ?? undefined,
    };
  }

  /**
   * Returns the first visible tasks, in any project, whose names contain all of the given words.
   * @throws GatewayError VALIDATION_FAILED for the words or the number of tasks
   */
  async findTasks(name: string, first: number, { fieldsPerTask }: TaskPageSelection): Promise<readonly VisibleTask[]> {
    const size = parsePageSize('first', first);
    const words = checkText(['name'], name).split(/\s+/).filter(Boolean);
    if (words.length === 0) throw validationFailed(['name'], 'must have at least one word', 'missing');
    this.budget.counts.count(limits.listFields, size * fieldsPerTask);
    const tasks = await this.reader.findTasks({ ...this.#subjectKey, words, size }, this.budget);
    return tasks.map((task) => this.#toVisibleTask(task));
  }

  /**
   * Returns null for a missing or hidden resource. Resources requested in the same tick are read with one statement.
   */
  find(resource: ResourceReference): Promise<VisibleName | null> {
    return this.#names().load(resource);
  }

  /**
   * Returns the name of a user, task revision or model of a run that the caller sees, or null if its organization has
   * not named it. Names requested in the same tick are read with one statement.
   */
  externalName(resource: ExternalResource): Promise<string | null> {
    return this.#externalNames().load(resource);
  }

  /** Returns the number of days that a task's runs are kept, or null without a policy. The caller must see the task. */
  retentionDays(taskId: string): Promise<number | null> {
    return this.#retention().load(taskId);
  }

  /**
   * Whether the caller holds a permission. False for a path that does not exist.
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER or VALIDATION_FAILED, including for a permission on runs without
   * a task
   */
  async can(name: string, input: ResourcePathInput): Promise<boolean> {
    const permission = parsePermission(['permission'], name, this.permissions);
    const path = parseResourcePath(input);
    if (requiresTask(permission) && path.taskId === null) {
      throw validationFailed(['taskId'], `is required for \`${permission}\`, which applies to a task`, 'missing');
    }
    const roles = await this.#rolesAt().load(path);
    return this.#isHeldByCaller(permission, path, roles);
  }

  /**
   * Returns the permissions that a member holds. The member is the caller or, for owners, any member.
   * @param memberInput defaults to the caller
   * @throws GatewayError as {@link can}; PERMISSION_CHECK_FAILED for another member
   */
  async permissionsHeld(
    input: ResourcePathInput,
    names: readonly string[],
    memberInput?: string | null,
  ): Promise<HeldPermissions> {
    const requested = names.map((name, index) => parsePermission(['permissions', index], name, this.permissions));
    const path = parseResourcePath(input);
    const member = memberInput == null ? this.caller.subject : parseMember(memberInput);
    const roles = await this.#rolesOfMember(path, member);
    const held = await Promise.all(
      requested.map((permission) =>
        member === this.caller.subject
          ? this.#isHeldByCaller(permission, path, roles)
          : roles !== null && holdsPermission(permission, roles),
      ),
    );
    return { permissions: requested.filter((_permission, index) => held[index]), member };
  }

  /** Callers may share the runs that they executed. The user ids of other members are unknown. */
  async #isHeldByCaller(permission: Permission, { taskId }: ResourcePath, roles: HeldRoles | null): Promise<boolean> {
    if (roles === null) return false;
    if (holdsPermission(permission, roles)) return true;
    const { userId } = this.caller;
    if (permission !== 'task_run:share' || taskId === null || userId === null || roles.task === noRoles) return false;
    return this.reader.readHasOwnRuns({ taskId, userId }, this.budget);
  }

  async #rolesOfMember(path: ResourcePath, member: string): Promise<HeldRoles | null> {
    const callerRoles = await this.#rolesAt().load(path);
    if (member === this.caller.subject) return callerRoles;
    if (rankedRoleOf(rolesAt(path, callerRoles)) !== 'owner') {
      const details = { permission: 'test_iam', resource: typeOfPath(path) };
      throw new GatewayError('PERMISSION_CHECK_FAILED', details, {
        target: { ...path, projectId: path.projectId ?? undefined },
      });
    }
    const key = { subject: member, confinement: {}, paths: [path] };
    return (await this.reader.readRoles(key, this.budget))[0]!;
  }

  async #readNames(resources: readonly ResourceReference[]): Promise<(VisibleName | null)[]> {
    const rows = await this.reader.readNames({ ...this.#subjectKey, resources }, this.budget);
    const byKey = new Map(rows.map((row) => [referenceKey(row), row]));
    return resources.map((resource) => byKey.get(referenceKey(resource)) ?? null);
  }

  #toVisibleTask({ visibility, ...task }: VisibleTaskRow): VisibleTask {
    const runAccess = decideRunAccess(task.roles, visibility, this.caller.userId !== null);
    return { ...toResource(task), runVisibility: visibility, runAccess };
  }
}

function toResource({ id, name, roles }: VisibleProjectRow): VisibleResource {
  return { id, name, role: rankedRoleOf(roles), isAnalyst: isAnalyst(roles) };
}

function referenceKey({ type, id }: ResourceReference): string {
  return `${type} ${id}`;
}

function parseMember(member: string): string {
  if (member === '' || member.length > maxSubjectLength || !isStorable(member)) {
    throw validationFailed(['member'], `must be a subject of 1 to ${maxSubjectLength} characters`);
  }
  return normalizeSubject(member);
}

const cursorVersion = '1';

/** Returns a task's cursor, which is valid in any project, because tasks are ordered by id. */
export function toTaskCursor(id: string): string {
  return encodeWords([cursorVersion, id]);
}

/** @throws GatewayError VALIDATION_FAILED naming the argument */
function parseTaskCursor(argument: string, cursor: string): string {
  const [, id] = decodeWords(cursor);
  if (!isResourceId(id) || toTaskCursor(id) !== cursor) throw invalidCursor(argument, 'a list of tasks returned');
  return id;
}
