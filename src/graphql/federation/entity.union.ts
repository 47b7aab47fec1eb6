import { createUnionType } from 'type-graphql';
import type { Entity as EntityResult } from '../entities/entity-reader.js';
import type { EntityType } from '../entities/representation.js';
import { Organization, Project, ReportingGroup, Task } from '../types/resources.js';
import { TaskRun } from '../types/run.js';

/** The types that this subgraph resolves for other subgraphs. */
export const Entity = createUnionType({
  name: '_Entity',
  description: 'The types that federated gateways may resolve by a key.',
  types: () => [TaskRun, ReportingGroup, Organization, Project, Task] as const,
});

/** The union's `resolveType`. */
export function entityTypeOf(entity: EntityResult): EntityType {
  if ('typeName' in entity) return entity.typeName;
  return 'taskId' in entity ? 'TaskRun' : 'ReportingGroup';
}
