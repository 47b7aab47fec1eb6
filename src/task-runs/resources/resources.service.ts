// The organizations, projects and tasks that a caller sees, and the permissions that it holds. Created for each
// request.

import DataLoader from 'dataloader';
import type { Caller } from '../../access/caller.js';
import { type HeldRoles, holdsPermission, type Permission } from '../../access/permissions.js';
import { decideRunAccess, type RunAccess, roleOfRank } from '../../access/policy.js';
import { isResourceId } from '../../access/resource-id.js';
import { isStorable, maxSubjectLength, normalizeSubject } from '../../access/subject.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { Role } from '../../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { lazy } from '../batching/lazy.js';
import { readOne } from '../batching/read-scheduler.js';
import { parsePageSize } from '../lists/page-request.js';
import { decodeWords, encodeWords, invalidCursor } from '../record/cursor-words.js';
import { checkText } from '../scope/filter-row.js';
import { parsePermission, parseResourcePath, type ResourcePathInput, roleAt, typeOfPath } from './held-permissions.js';
import type { ResourcePath } from './held-roles-statement.js';
import type { ResourceReference, VisibleName } from './names-statement.js';
import type { ResourceReader } from './resource-reader.js';
import type { VisibleProjectRow } from './visible-resources-statement.js';
import type { TaskPageRequest, VisibleTaskRow, VisibleTasksRow } from './visible-tasks-statement.js';

export interface VisibleResource {
  readonly id: string;
  readonly name: string;
  /** The highest role there, including inherited ones; null: the caller sees only something below it. */
  readonly role: Role | null;
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
  /** undefined: not counted. */
  readonly count: number | undefined;
}

export interface TaskPageInput {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface ResourceService {
  readonly caller: Caller;
  /** Returns the organizations on which, or below which, the caller has a role. */
  organizations(): Promise<readonly VisibleOrganization[]>;
  /**
   * Returns tasks of a project that the caller sees. Pages requested in the same tick are read by one statement.
   * @throws GatewayError VALIDATION_FAILED for the page
   */
  tasksOf(projectId: string, page: TaskPageInput, selection: TaskPageSelection): Promise<VisibleTasks>;
  /**
   * Returns the first tasks that the caller sees, in any project, whose names have all words of a text.
   * @throws GatewayError VALIDATION_FAILED for the text or the number of tasks
   */
  findTasks(name: string, first: number, selection: TaskPageSelection): Promise<readonly VisibleTask[]>;
  /** Returns null for a missing or hidden resource. Resources requested in the same tick are read by one statement. */
  find(resource: ResourceReference): Promise<VisibleName | null>;
  /**
   * Whether the caller holds a permission; false for a path that does not exist.
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER or VALIDATION_FAILED, also for `task_run:read` without a task
   */
  can(permission: string, path: ResourcePathInput): Promise<boolean>;
  /**
   * Returns the permissions that a member holds: the caller itself, or, for owners, any member.
   * @param member omitted: the caller
   * @throws GatewayError as {@link can}; PERMISSION_CHECK_FAILED for another member
   */
  permissionsHeld(path: ResourcePathInput, names: readonly string[], member?: string | null): Promise<HeldPermissions>;
}

export interface HeldPermissions {
  readonly permissions: readonly Permission[];
  /** The name of the member in grants. */
  readonly member: string;
}

export interface TaskPageSelection {
  /** The number of selected fields per task. */
  readonly fieldsPerTask: number;
  readonly isCounted: boolean;
}

export function createResourceService(reader: ResourceReader, caller: Caller, budget: RequestBudget): ResourceService {
  const { subject, confinement, userId } = caller;
  const subjectKey = { subject, confinement };
  const organizations = lazy(() => readOne(reader.readOrganizations, subjectKey, budget));
  const pages = lazy(
    () =>
      new DataLoader(
        (pages: readonly TaskPageRequest[]) => readOne(reader.readTasks, { ...subjectKey, pages }, budget),
        {
          cacheKeyFn: JSON.stringify,
        },
      ),
  );
  const names = lazy(
    () => new DataLoader<ResourceReference, VisibleName | null, string>(readNames, { cacheKeyFn: referenceKey }),
  );
  const rolesAt = lazy(
    () =>
      new DataLoader((paths: readonly ResourcePath[]) => readOne(reader.readRoles, { ...subjectKey, paths }, budget), {
        cacheKeyFn: JSON.stringify,
      }),
  );

  return {
    caller,
    async organizations() {
      return (await organizations()).map(({ projects, ...organization }) => ({
        ...toResource(organization),
        projects: projects.map(toResource),
      }));
    },
    async tasksOf(projectId, { first, after }, { fieldsPerTask, isCounted }) {
      const size = parsePageSize('first', first ?? limits.defaultPageSize.value);
      const position = after == null ? null : parseTaskCursor('after', after);
      budget.count(limits.listFields, size * fieldsPerTask);
      const page = await pages().load({ projectId, after: position, size, isCounted });
      return toVisibleTasks(page, size, position !== null);
    },
    async findTasks(name, first, { fieldsPerTask }) {
      const size = parsePageSize('first', first);
      const words = checkText(['name'], name).split(/\s+/).filter(Boolean);
      if (words.length === 0) throw validationFailed(['name'], 'must have at least one word', 'missing');
      budget.count(limits.listFields, size * fieldsPerTask);
      const tasks = await readOne(reader.findTasks, { ...subjectKey, words, size }, budget);
      return tasks.map(toVisibleTask);
    },
    find: (resource) => names().load(resource),
    async can(name, input) {
      const permission = parsePermission(['permission'], name);
      const path = parseResourcePath(input);
      if (permission === 'task_run:read' && path.taskId === null) {
        throw validationFailed(['taskId'], 'is required for `task_run:read`, which applies to a task', 'missing');
      }
      const roles = await rolesAt().load(path);
      return roles !== null && holdsPermission(permission, roles);
    },
    async permissionsHeld(input, names, memberInput) {
      const requested = names.map((name, index) => parsePermission(['permissions', index], name));
      const path = parseResourcePath(input);
      const member = memberInput == null ? subject : parseMember(memberInput);
      const roles = await rolesOfMember(path, member);
      return { permissions: requested.filter((each) => roles !== null && holdsPermission(each, roles)), member };
    },
  };

  async function rolesOfMember(path: ResourcePath, member: string): Promise<HeldRoles | null> {
    const own = await rolesAt().load(path);
    if (member === subject) return own;
    if (roleAt(path, own) !== 'owner') {
      const details = { permission: 'test_iam', resource: typeOfPath(path) };
      throw new GatewayError('PERMISSION_CHECK_FAILED', details, {
        target: { ...path, projectId: path.projectId ?? undefined },
      });
    }
    const key = { subject: member, confinement: {}, paths: [path] };
    return (await readOne(reader.readRoles, key, budget))[0]!;
  }

  async function readNames(resources: readonly ResourceReference[]): Promise<(VisibleName | null)[]> {
    const rows = await readOne(reader.readNames, { ...subjectKey, resources }, budget);
    const byKey = new Map(rows.map((row) => [referenceKey(row), row]));
    return resources.map((resource) => byKey.get(referenceKey(resource)) ?? null);
  }

  function toVisibleTasks({ tasks, count }: VisibleTasksRow, size: number, hasPrevious: boolean): VisibleTasks {
    return {
      tasks: tasks.slice(0, size).map(toVisibleTask),
      hasNext: tasks.length > size,
      hasPrevious,
      count: count ?? undefined,
    };
  }

  function toVisibleTask({ visibility, ...task }: VisibleTaskRow): VisibleTask {
    const resource = toResource(task);
    const runAccess = decideRunAccess(resource.role, visibility, userId !== null);
    return { ...resource, runVisibility: visibility, runAccess };
  }
}

function toResource({ id, name, rank }: VisibleProjectRow): VisibleResource {
  return { id, name, role: roleOfRank(rank) };
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

/** Returns the cursor of a task, which is valid in any project, because tasks are ordered by id. */
export function toTaskCursor(id: string): string {
  return encodeWords([cursorVersion, id]);
}

/** @throws GatewayError VALIDATION_FAILED naming the argument */
function parseTaskCursor(argument: string, cursor: string): string {
  const [, id] = decodeWords(cursor);
  if (!isResourceId(id) || toTaskCursor(id) !== cursor) throw invalidCursor(argument, 'a list of tasks returned');
  return id;
}
