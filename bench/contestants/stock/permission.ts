// The permission check of the stock contestant, by repositories: the gateway's rules for the caller's role on a task.

import { GraphQLError } from 'graphql';
import { type FindOptionsWhere, In } from 'typeorm';
import type { Caller } from './context.js';
import { AccessGrant, dataSource, Task } from './model.js';

export interface TaskPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
}

const ranks: Record<string, number> = { analyst: 1, viewer: 2, editor: 4, owner: 8 };
const requiredRanks: Record<string, number> = { all_viewers: 2, editors_and_owners: 4, owner_only: 8 };

const forbidden = () =>
  new GraphQLError('The caller does not have permission to access this resource.', {
    extensions: { code: 'FORBIDDEN', status: 403 },
  });

/** The condition of the runs that a caller sees of a task: none for all of them, or the id of their user. */
export type VisibleRuns = { readonly userId?: string };

/** Returns which runs of the task the caller sees. @throws GraphQLError FORBIDDEN for a caller who sees none */
export async function authorize({ subject, userId }: Caller, path: TaskPath): Promise<VisibleRuns> {
  const task = await dataSource.getRepository(Task).findOne({
    where: { id: path.taskId, projectId: path.projectId, project: { orgId: path.orgId } },
    relations: { project: true },
  });
  const rank = task === null ? 0 : await rankOn(subject, path);
  if (task !== null && rank >= requiredRanks[task.runVisibility]!) return {};
  if (rank === 0 || userId === null) throw forbidden();
  return { userId };
}

async function rankOn(subject: string, { orgId, projectId, taskId }: TaskPath): Promise<number> {
  const grants = dataSource.getRepository(AccessGrant);
  const onPath = [
    { resourceType: 'organization', resourceId: orgId },
    { resourceType: 'project', resourceId: projectId },
    { resourceType: 'task', resourceId: taskId },
  ];
  const direct = await grants.findBy({ subjectType: 'user', subjectId: subject });
  const memberOf = direct
    .filter(({ role, resourceType }) => role !== 'analyst' && resourceType !== 'task')
    .map(({ resourceType, resourceId }) => ({ subjectType: resourceType, subjectId: resourceId }));
  const shared = await grants.findBy(
    onPath.flatMap((resource): FindOptionsWhere<AccessGrant>[] =>
      ['organization', 'project'].map((subjectType) => ({
        ...resource,
        subjectType,
        subjectId: In(
          memberOf.filter((member) => member.subjectType === subjectType).map(({ subjectId }) => subjectId),
        ),
      })),
    ),
  );
  const roles = [...direct, ...shared].filter((grant) =>
    onPath.some(
      ({ resourceType, resourceId }) => grant.resourceType === resourceType && grant.resourceId === resourceId,
    ),
  );
  return Math.max(0, ...roles.map(({ role }) => ranks[role]!));
}
