import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { TaskRunStatsOrder } from './task-run-stats-order.enum.js';

const { pageSize, defaultGroups } = limits;

@ArgsType()
export class GroupsArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Returns the first N groups (1–${pageSize.value}); omitted: all, but ${defaultGroups.value} users, contexts or failure reasons.`,
  })
  first?: number | null;

  @Field(() => TaskRunStatsOrder, { nullable: true, description: 'The order of the groups; omitted: `RUNS_DESC`.' })
  orderBy?: TaskRunStatsOrder | null;
}
