import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { ReportingGroupRecord, TaskRunRecord } from '../../task-runs/columns/records.js';
import { LlmModel, Organization, Project, ReportingGroup, Task, TaskRevision, User } from '../types/resources.js';
import { TaskRun } from '../types/run.js';
import type { ExternalReference } from './external-names.resolver.js';

@Resolver(() => TaskRun)
export class TaskRunStubsResolver {
  @FieldResolver(() => Organization, { description: 'The organization the run belongs to.' })
  organization(@Root() run: TaskRunRecord): Organization {
    return { id: run.orgId };
  }

  @FieldResolver(() => Project, { description: 'The project the run belongs to.' })
  project(@Root() run: TaskRunRecord): Project {
    return { id: run.projectId };
  }

  @FieldResolver(() => Task, { description: 'The task that was executed.' })
  task(@Root() run: TaskRunRecord): Task {
    return { id: run.taskId };
  }

  @FieldResolver(() => User, { nullable: true, description: 'The user who executed the task; null if unknown.' })
  user(@Root() { orgId, userId }: TaskRunRecord): ExternalReference | null {
    return userId === null ? null : { orgId, id: userId };
  }

  @FieldResolver(() => TaskRevision, { description: 'The revision of the task that was executed.' })
  taskRevision(@Root() { orgId, taskRevisionId }: TaskRunRecord): ExternalReference {
    return { orgId, id: taskRevisionId };
  }

  @FieldResolver(() => LlmModel, {
    nullable: true,
    description: 'The fallback model that was used; null if none was used.',
  })
  fallbackLlmModel(@Root() { orgId, fallbackLlmModelId }: TaskRunRecord): ExternalReference | null {
    return fallbackLlmModelId === null ? null : { orgId, id: fallbackLlmModelId };
  }
}

@Resolver(() => ReportingGroup)
export class ReportingGroupStubsResolver {
  @FieldResolver(() => Project, { description: 'The project the group belongs to.' })
  project(@Root() group: ReportingGroupRecord): Project {
    return { id: group.projectId };
  }
}
