import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import type { Shares } from '../../sharing/shares.js';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import type { GatewayContext } from '../context.js';
import { TaskRun } from '../types/run.js';
import { RunShare, ShareArgs } from '../types/share.js';

/** Only in the schema of gateways with links to runs. */
@Resolver(() => TaskRun)
export class TaskRunShareResolver {
  @FieldResolver(() => RunShare, {
    nullable: true,
    description:
      'A new link that shows this run to people without an account. Requires the permission `task_run:share` on the task, or having executed the run. Only for a run of `taskRun` or `node`, and at most 10 times in an operation.',
  })
  async share(
    @Root() run: TaskRunRecord,
    @Args(() => ShareArgs) args: ShareArgs,
    @Ctx() context: GatewayContext,
    @Info() { path }: GraphQLResolveInfo,
  ): ReturnType<Shares['create']> {
    if (!isRootField(path.prev)) throw validationFailed(['share'], 'must be selected in `taskRun` or `node`');
    context.budget.counts.count(limits.shares, 1, ['share']);
    return context.shares!.create(run, args, context);
  }
}

/** Returns whether an object is the value of a root field, and not a member of its list. */
function isRootField(path: GraphQLResolveInfo['path'] | undefined): boolean {
  return path?.prev === undefined && path?.typename === 'Query';
}
