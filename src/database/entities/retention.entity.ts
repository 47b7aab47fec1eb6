import type { ResourceType } from './access-grant.entity.js';
import { Check, Column, Entity, PrimaryColumn } from './decorators.js';

/**
 * The period for which `purge --policy` keeps the runs below a resource. The policy of the nearest resource applies.
 */
@Entity('retention')
@Check('retention_resource_type_check', `"resource_type" IN ('organization', 'project', 'task')`)
@Check('retention_days_check', '"days" > 0')
@Check('retention_keep_check', '"keep" >= 0')
export class RetentionEntity {
  @PrimaryColumn('varchar', { name: 'resource_type', length: 16, primaryKeyConstraintName: 'retention_pkey' })
  resourceType!: ResourceType;

  @PrimaryColumn('uuid', { name: 'resource_id', primaryKeyConstraintName: 'retention_pkey' })
  resourceId!: string;

  @Column('integer')
  days!: number;

  /** The number of newest runs per task that are kept regardless of age. */
  @Column('integer', { default: 0 })
  keep!: number;
}
