import { Check, Column, Entity, Index, PrimaryColumn } from './decorators.js';

/** A role in the order owner > editor > viewer. */
export type RankedRole = 'owner' | 'editor' | 'viewer';
/** `analyst` is not part of that order: a subject may hold it together with another role on the same resource. */
export type Role = RankedRole | 'analyst';
export type ResourceType = 'organization' | 'project' | 'task';
/** `organization` and `project` stand for all users who have a direct grant on that resource. */
export type SubjectType = 'user' | 'organization' | 'project';

/** The role of a subject on a resource. Subject ids that are UUIDs are stored in lower case. */
@Entity('access_grant')
@Index('access_grant_subject_idx', ['subjectId', 'subjectType'], { where: "subject_id <> ''" })
@Index('access_grant_shared_idx', ['resourceId'], { where: "subject_type <> 'user'" })
@Check('access_grant_resource_type_check', `"resource_type" IN ('organization', 'project', 'task')`)
@Check('access_grant_subject_type_check', `"subject_type" IN ('user', 'organization', 'project')`)
@Check('access_grant_role_check', `"role" IN ('owner', 'editor', 'viewer', 'analyst')`)
@Check(
  'access_grant_subject_id_check',
  `"subject_type" = 'user' OR "subject_id" ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`,
)
export class AccessGrantEntity {
  @PrimaryColumn('varchar', { name: 'resource_type', length: 16, primaryKeyConstraintName: 'access_grant_pkey' })
  resourceType!: ResourceType;

  @PrimaryColumn('uuid', { name: 'resource_id', primaryKeyConstraintName: 'access_grant_pkey' })
  resourceId!: string;

  @PrimaryColumn('varchar', { name: 'subject_type', length: 16, primaryKeyConstraintName: 'access_grant_pkey' })
  subjectType!: SubjectType;

  @PrimaryColumn('varchar', { name: 'subject_id', length: 255, primaryKeyConstraintName: 'access_grant_pkey' })
  subjectId!: string;

  @Column('varchar', { length: 8 })
  role!: Role;

  /** A trigger derives it from the role. */
  @PrimaryColumn('boolean', { name: 'is_analyst', default: false, primaryKeyConstraintName: 'access_grant_pkey' })
  isAnalyst!: boolean;
}
