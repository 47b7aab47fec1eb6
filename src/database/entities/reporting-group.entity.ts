import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from './decorators.js';
import { ProjectEntity } from './project.entity.js';

@Entity('reporting_group')
@Unique('reporting_group_project_id_name_key', ['projectId', 'name'])
@Check('reporting_group_name_check', `"name" <> ''`)
@Check(
  'reporting_group_times_check',
  `"created" >= '0001-01-01 00:00:00+00' AND "created" < '10000-01-01 00:00:00+00' AND "modified" >= '0001-01-01 00:00:00+00' AND "modified" < '10000-01-01 00:00:00+00'`,
)
export class ReportingGroupEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reporting_group_pkey' })
  id!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'reporting_group_project_id_fkey' })
  project?: ProjectEntity;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('varchar', { length: 500, nullable: true })
  description!: string | null;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  created!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  modified!: string;
}
