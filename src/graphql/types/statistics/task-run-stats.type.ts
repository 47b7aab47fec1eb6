import { Field, ObjectType } from 'type-graphql';
import { TaskRunMeasures } from './task-run-measures.type.js';
import { TaskRunSeries } from './task-run-series.type.js';
import { TaskRunStatsOfFallbackModel } from './task-run-stats-of-fallback-model.type.js';
import { TaskRunStatsOfReportingGroup } from './task-run-stats-of-reporting-group.type.js';
import { TaskRunStatsOfRevision } from './task-run-stats-of-revision.type.js';
import { TaskRunStatsOfTask } from './task-run-stats-of-task.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'Statistics of the task runs that the caller may see. Everything selected is read by one SQL statement.',
})
export class TaskRunStats extends TaskRunMeasures {
  @Field(() => [TaskRunStatsOfRevision], { description: 'By task revision, most runs first.' })
  byRevision!: TaskRunStatsOfRevision[];

  @Field(() => [TaskRunStatsOfReportingGroup], { description: 'By reporting group, most runs first.' })
  byReportingGroup!: TaskRunStatsOfReportingGroup[];

  @Field(() => [TaskRunStatsOfFallbackModel], { description: 'By fallback model, most runs first.' })
  byFallbackModel!: TaskRunStatsOfFallbackModel[];

  @Field(() => [TaskRunStatsOfTask], { description: 'By task, most runs first.' })
  byTask!: TaskRunStatsOfTask[];
}
