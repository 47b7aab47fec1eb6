import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { describePermissions, permissions } from '../../access/permissions.js';
import { limits } from '../../limits.js';
import { DateTimeScalar } from '../scalars/index.js';
import { Role, RunAccess, RunVisibility } from './access.js';
import { Bounded } from './bounds.js';
import { PageInfo } from './lists.js';
import { Organization, Project, Task } from './resources.js';

@ObjectType({ simpleResolvers: true, description: 'The caller: the subject of the bearer token.' })
export class Viewer {
  @Field(() => String, {
    description:
      'The subject to which grants refer: the `sub` claim of the token, preceded by the prefix of its issuer if one is configured.',
  })
  subject!: string;

  @Field(() => String, { description: 'The `iss` claim of the token.' })
  issuer!: string;

  @Field(() => String, { nullable: true, description: 'The `client_id` claim of the token; null if it has none.' })
  clientId?: string | undefined;

  @Field(() => DateTimeScalar, { description: 'When the token expires.' })
  expires!: string;
}

@ObjectType({ simpleResolvers: true, description: "The caller's rate limit, in points of 0.1 ms." })
export class RateLimit {
  @Field(() => Int, { description: 'The expected cost of this operation, in points.' })
  cost!: number;

  @Field(() => Int, { description: 'The maximum number of points that the caller can spend at once.' })
  limit!: number;

  @Field(() => Int, { description: 'The number of points left.' })
  remaining!: number;

  @Field(() => DateTimeScalar, { description: 'When the full number of points will be available again.' })
  resetAt!: string;
}

@ObjectType({ simpleResolvers: true, description: "A task, with the caller's role and access to runs." })
export class ViewerTask {
  @Field(() => Task, { description: 'The task.' })
  task!: Task;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's highest role on the task among owner, editor and viewer; null if it has none of these.",
  })
  role!: Role | null;

  @Field(() => Boolean, {
    description: 'Whether the caller is an analyst of the task, directly or through an inherited grant.',
  })
  isAnalyst!: boolean;

  @Field(() => RunVisibility, { description: 'The roles that may see all runs of the task.' })
  runVisibility!: RunVisibility;

  @Field(() => RunAccess, {
    description: 'Which runs of the task the caller may see, by its role and the run visibility.',
  })
  runAccess!: RunAccess;
}

@ObjectType({ simpleResolvers: true, description: 'A task in a list.' })
export class ViewerTaskEdge {
  @Field(() => String, { description: 'The position of the task in the list, for `after`.' })
  cursor!: string;

  @Field(() => ViewerTask, { description: 'The task.' })
  node!: ViewerTask;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A page of the tasks of a project on which the caller has a role, ordered by id, as defined by the Relay connection specification.',
})
export class ViewerTaskConnection {
  @Field(() => Int, {
    description: 'The number of tasks in the whole list. They are counted only if this field is selected.',
  })
  totalCount!: number;

  @Field(() => [ViewerTaskEdge], { description: 'The tasks of the page with their cursors.' })
  edges!: ViewerTaskEdge[];

  @Field(() => [ViewerTask], { description: 'The tasks of the page.' })
  nodes!: ViewerTask[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;
}

@ArgsType()
export class ViewerTasksArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPageSize.value,
    description: `Returns the first N tasks (1–${limits.pageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns tasks after this cursor.' })
  @Bounded({ maxLength: limits.cursorLength.value })
  after?: string | null;
}

@ObjectType({ simpleResolvers: true, description: "A project, with the caller's role." })
export class ViewerProject {
  @Field(() => Project, { description: 'The project.' })
  project!: Project;

  @Field(() => Role, {
    nullable: true,
    description:
      "The caller's highest role on the project among owner, editor and viewer; null if it has none of these.",
  })
  role!: Role | null;

  @Field(() => Boolean, {
    description: 'Whether the caller is an analyst of the project, directly or through an inherited grant.',
  })
  isAnalyst!: boolean;
}

@ObjectType({ simpleResolvers: true, description: "An organization, with the caller's role." })
export class ViewerOrganization {
  @Field(() => Organization, { description: 'The organization.' })
  organization!: Organization;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's role on the organization among owner, editor and viewer; null if it has none of these.",
  })
  role!: Role | null;

  @Field(() => Boolean, {
    description: 'Whether the caller is an analyst of the organization, directly or through an inherited grant.',
  })
  isAnalyst!: boolean;

  @Field(() => [ViewerProject], {
    description: 'The projects on which the caller has a role, or a role on one of their tasks, ordered by id.',
  })
  projects!: ViewerProject[];
}

@ArgsType()
export class FoundTasksArgs {
  @Field(() => String, {
    description:
      "Words of the task's name, such as `invoice extract`, in any order. Case is ignored, and a part of a word is enough. The name must contain all of them.",
  })
  @Bounded({ maxLength: limits.textLength.value })
  name!: string;

  @Field(() => Int, {
    defaultValue: limits.defaultPageSize.value,
    description: `Returns the first N tasks (1–${limits.pageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first!: number;
}

@ArgsType()
export class CanArgs {
  @Field(() => String, {
    description: describePermissions(permissions),
  })
  permission!: string;

  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { nullable: true, description: 'The project in that organization.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The task in that project; permissions on runs require one.' })
  taskId?: string | null;
}
