import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from './decorators.js';
import { OrganizationEntity } from './organization.entity.js';

@Entity('project')
export class ProjectEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'project_pkey' })
  id!: string;

  @Column('uuid', { name: 'org_id' })
  @Index('project_org_id_idx')
  orgId!: string;

  @ManyToOne(() => OrganizationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'org_id', foreignKeyConstraintName: 'project_org_id_fkey' })
  organization?: OrganizationEntity;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  created!: string;
}
