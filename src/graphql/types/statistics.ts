import { ArgsType, Field, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { type DimensionName, dimensions } from '../../task-runs/statistics/dimensions.js';
import { DateTimeScalar } from '../scalars/index.js';
import { Bounded } from './bounds.js';
import { TaskRunMeasureChanges, TaskRunMeasures } from './measures.js';
import { LlmModel, Project, ReportingGroup, Task, TaskRevision, User } from './resources.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description:
    'Measures of the task runs of the previous period, which has the same length and ends at `createdAfter` of the filter.',
})
export class TaskRunStatsOfPreviousPeriod extends TaskRunMeasures {}

/** The fields `buckets` and `groupBy` have arguments and are resolved in `task-run-stats.resolver.ts`. */
@InterfaceType({ description: 'A set of task runs that can be grouped, and whose measures can be compared over time.' })
export abstract class TaskRunSeries {
  @Field(() => TaskRunStatsOfPreviousPeriod, {
    description:
      'The same measures in the previous period, which ends at `createdAfter` of the filter and is as long as the time from then to `createdBefore` (if omitted, to now). Requires `createdAfter`.',
  })
  previous!: TaskRunStatsOfPreviousPeriod;

  @Field(() => TaskRunMeasureChanges, { description: 'The changes in the measures since the previous period.' })
  change!: TaskRunMeasureChanges;
}

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description:
    'Statistics of the task runs that the caller may see. One SQL statement computes all selected figures, after one that decides access.',
})
export class TaskRunStats extends TaskRunMeasures {}

export enum BucketWidth {
  HOUR = 'HOUR',
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(BucketWidth, {
  name: 'BucketWidth',
  description: 'The width of a bucket of time in a time zone.',
  valuesConfig: {
    HOUR: { description: 'An hour: from one full hour of local time to the next.' },
    DAY: { description: 'A day: from midnight to midnight, 23 to 25 hours when clocks change.' },
    WEEK: { description: 'An ISO 8601 week, from Monday to Sunday.' },
    MONTH: { description: 'A calendar month.' },
  },
});

@ArgsType()
export class BucketsArgs {
  @Field(() => BucketWidth, { description: 'The width of a bucket.' })
  by!: BucketWidth;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'The IANA time zone in which buckets begin and end, such as `Europe/Berlin`.',
  })
  timeZone!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether to include buckets without runs. The buckets then range from `createdAfter` of the filter (if omitted, the first run) to `createdBefore` (if omitted, now).',
  })
  withEmpty!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description: 'Measures of the task runs created in one bucket of time.',
})
export class TaskRunStatsBucket extends TaskRunMeasures {
  @Field(() => DateTimeScalar, {
    description: 'When the bucket begins. It ends when the next bucket of this width begins in the time zone.',
  })
  start!: string;

  @Field(() => String, {
    description:
      'The ISO 8601 name of the bucket in its time zone, such as `2026-11-26T14:00+01:00`, `2026-11-26`, `2026-W48` or `2026-11`.',
  })
  label!: string;
}

const dimensionEntries = Object.entries(dimensions);

export const TaskRunDimension = Object.fromEntries(dimensionEntries.map(([name]) => [name, name]));

registerEnumType(TaskRunDimension, {
  name: 'TaskRunDimension',
  description: 'The property by which task runs are grouped. `RESPONSE`, `SUBMITTED` and `RUN_DATA` require a `path`.',
  valuesConfig: Object.fromEntries(dimensionEntries.map(([name, { description }]) => [name, { description }])),
});

export enum TaskRunStatsOrder {
  RUNS_DESC = 'RUNS_DESC',
  ERRORS_DESC = 'ERRORS_DESC',
  FALLBACKS_DESC = 'FALLBACKS_DESC',
  RETRIES_DESC = 'RETRIES_DESC',
  TOTAL_TOKENS_DESC = 'TOTAL_TOKENS_DESC',
  CHARGED_CREDITS_DESC = 'CHARGED_CREDITS_DESC',
  LAST_CREATED_DESC = 'LAST_CREATED_DESC',
  RUNS_GROWTH_DESC = 'RUNS_GROWTH_DESC',
}

registerEnumType(TaskRunStatsOrder, {
  name: 'TaskRunStatsOrder',
  description:
    'The order of groups of runs. Groups with equal measures are ordered by their `value`, byte by byte, and the group without a value comes last.',
  valuesConfig: {
    RUNS_DESC: { description: 'Most runs first.' },
    ERRORS_DESC: { description: 'Most failed runs first.' },
    FALLBACKS_DESC: { description: 'Most runs with the fallback model first.' },
    RETRIES_DESC: { description: 'Most retries first.' },
    TOTAL_TOKENS_DESC: { description: 'Most tokens first.' },
    CHARGED_CREDITS_DESC: { description: 'Most credits first.' },
    LAST_CREATED_DESC: { description: 'Groups by their newest run, newest first.' },
    RUNS_GROWTH_DESC: {
      description:
        'Most growth first: the runs minus those of the previous period. Requires `createdAfter` in the filter.',
    },
  },
});

const { groups, defaultGroups, cells } = limits;

@ArgsType()
export class GroupByArgs {
  @Field(() => TaskRunDimension, { description: 'The property that the runs of a group have in common.' })
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
    description: `Returns the first N groups (1–${formatCount(groups.value)}); the product of nested ones is at most ${formatCount(cells.value)}.`,
  })
  @Bounded({ minimum: 1, maximum: groups.value })
  first!: number;

  @Field(() => TaskRunStatsOrder, {
    defaultValue: TaskRunStatsOrder.RUNS_DESC,
    description: 'The order of the groups.',
  })
  orderBy!: TaskRunStatsOrder;
}

const relation = (dimension: string, of: string) => ({
  nullable: true,
  description: `${of} that the group stands for; null for runs without one, and if the runs are not grouped by \`${dimension}\`.`,
});

/** The field `json` is resolved in `task-run-stats.resolver.ts`. */
@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that have a value in common.',
})
export class TaskRunStatsGroup extends TaskRunMeasures {
  @Field(() => String, {
    nullable: true,
    description: `The id, name or text that the group stands for, the first ${formatCount(limits.groupValueLength.value)} characters; null for runs without one.`,
  })
  value!: string | null;

  @Field(() => Project, relation('PROJECT', 'The project'))
  project!: Project | null;

  @Field(() => Task, relation('TASK', 'The task'))
  task!: Task | null;

  @Field(() => TaskRevision, relation('REVISION', 'The task revision'))
  taskRevision!: TaskRevision | null;

  @Field(() => ReportingGroup, relation('REPORTING_GROUP', 'The reporting group'))
  reportingGroup!: ReportingGroup | null;

  @Field(() => User, relation('USER', 'The user'))
  user!: User | null;

  @Field(() => LlmModel, relation('FALLBACK_MODEL', 'The fallback model'))
  fallbackLlmModel!: LlmModel | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the first of the runs was created; null if there are no runs.',
  })
  firstCreated!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last of the runs was created; null if there are no runs.',
  })
  lastCreated!: string | null;
}
