import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../../../scalars/index.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';
import { TaskRunStatsOfReportingGroup } from './task-run-stats-of-reporting-group.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs of one task revision.',
})
export class TaskRunStatsOfRevision extends TaskRunMeasures {
  @Field(() => UUIDScalar, { description: 'The task revision.' })
  taskRevisionId!: string;

  @Field(() => [TaskRunStatsOfReportingGroup], { description: 'Its runs by reporting group, most runs first.' })
  byReportingGroup!: TaskRunStatsOfReportingGroup[];
}
