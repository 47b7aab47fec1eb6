import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from './decorators.js';
import { OrganizationEntity } from './organization.entity.js';

export const resourceNameKinds = ['user', 'task_revision', 'llm_model'] as const;
export type ResourceNameKind = (typeof resourceNameKinds)[number];

/** Maximum number of characters in a name. Control characters are not allowed. */
export const maxResourceNameLength = 200;

/** The name that an organization gives to another service's object, for which the gateway has only an id. */
@Entity('resource_name')
@Check('resource_name_kind_check', `"kind" IN ('user', 'task_revision', 'llm_model')`)
@Check(
  'resource_name_name_check',
  `char_length("name") BETWEEN 1 AND 200 AND "name" !~ '[\\u0001-\\u001F\\u007F-\\u009F]'`,
)
export class ResourceNameEntity {
  @PrimaryColumn('uuid', { name: 'org_id', primaryKeyConstraintName: 'resource_name_pkey' })
  orgId!: string;

  @ManyToOne(() => OrganizationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'org_id', foreignKeyConstraintName: 'resource_name_org_id_fkey' })
  organization?: OrganizationEntity;

  @PrimaryColumn('varchar', { length: 16, primaryKeyConstraintName: 'resource_name_pkey' })
  kind!: ResourceNameKind;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'resource_name_pkey' })
  id!: string;

  @Column('text')
  name!: string;
}
