import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../../../scalars/index.js';
import { ReportingGroup } from '../../reporting-group.type.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that have a reporting group in common.',
})
export class TaskRunStatsOfReportingGroup extends TaskRunMeasures {
  @Field(() => UUIDScalar, { nullable: true, description: 'The id of the group; null: the runs without a group.' })
  reportingGroupId!: string | null;

  @Field(() => ReportingGroup, { nullable: true, description: 'The group; null: the runs without a group.' })
  reportingGroup!: ReportingGroup | null;
}
