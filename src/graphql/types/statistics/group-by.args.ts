import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import type { DimensionName } from '../../../task-runs/statistics/dimensions.js';
import { Bounded } from '../bounds.js';
import { TaskRunDimension } from './task-run-dimension.enum.js';
import { TaskRunStatsOrder } from './task-run-stats-order.enum.js';

const { groups, defaultGroups, cells } = limits;

@ArgsType()
export class GroupByArgs {
  @Field(() => TaskRunDimension, { description: 'What the runs of a group have in common.' })
  dimension!: DimensionName;

  @Field(() => String, {
    nullable: true,
    description:
      'A JSON Pointer (RFC 6901), as in `/items/0/label`, to the value by which runs are grouped: required for `RESPONSE`, `SUBMITTED` and `RUN_DATA`, and allowed for no other dimension.',
  })
  @Bounded({ maxLength: limits.pointerLength.value })
  path?: string | null;

  @Field(() => Int, {
    defaultValue: defaultGroups.value,
    description: `Returns the first N groups (1–${groups.value.toLocaleString('en')}); the product of nested ones is at most ${cells.value.toLocaleString('en')}.`,
  })
  @Bounded({ minimum: 1, maximum: groups.value })
  first!: number;

  @Field(() => TaskRunStatsOrder, {
    defaultValue: TaskRunStatsOrder.RUNS_DESC,
    description: 'The order of the groups.',
  })
  orderBy!: TaskRunStatsOrder;
}
