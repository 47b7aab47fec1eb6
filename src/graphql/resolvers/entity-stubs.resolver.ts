import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { ReportingGroupRecord, TaskRunRecord } from '../../task-runs/record/records.js';
import { LlmModel, Organization, Project, ReportingGroup, Task, User } from '../types/resources.js';
import { TaskRun } from '../types/run.js';

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
  user(@Root() run: TaskRunRecord): User | null {
    return run.userId === null ? null : { id: run.userId };
  }

  @FieldResolver(() => LlmModel, {
    nullable: true,
    description: 'The fallback model that was used; null if none was used.',
  })
  fallbackLlmModel(@Root() run: TaskRunRecord): LlmModel | null {
    return run.fallbackLlmModelId === null ? null : { id: run.fallbackLlmModelId };
  }
}

@Resolver(() => ReportingGroup)
export class ReportingGroupStubsResolver {
  @FieldResolver(() => Project, { description: 'The project the group belongs to.' })
  project(@Root() group: ReportingGroupRecord): Project {
    return { id: group.projectId };
  }
}
