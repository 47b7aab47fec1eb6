import { createUnionType } from 'type-graphql';
import type { ReportingGroupRecord, TaskRunRecord } from '../../task-runs/record/records.js';
import { ReportingGroup } from '../types/reporting-group.type.js';
import { TaskRun } from '../types/task-run.type.js';

/** The types that this subgraph resolves for others. */
export const Entity = createUnionType({
  name: '_Entity',
  description: 'The types that federated gateways may resolve by a key.',
  types: () => [TaskRun, ReportingGroup] as const,
});

/** The union's `resolveType`. */
export function entityTypeOf(entity: TaskRunRecord | ReportingGroupRecord): 'TaskRun' | 'ReportingGroup' {
  return 'taskId' in entity ? 'TaskRun' : 'ReportingGroup';
}
