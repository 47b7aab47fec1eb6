import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from './decorators.js';
import { ProjectEntity } from './project.entity.js';

/** The position up to which the runs of a project or task have been copied from another service. */
@Entity('mirror_cursor')
@Index('mirror_cursor_project_idx', ['projectId'])
export class MirrorCursorEntity {
  /** The base URL of the service. */
  @PrimaryColumn('varchar', { length: 2048, primaryKeyConstraintName: 'mirror_cursor_pkey' })
  source!: string;

  /** The id of the project or task. */
  @PrimaryColumn('uuid', { name: 'resource_id', primaryKeyConstraintName: 'mirror_cursor_pkey' })
  resourceId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'mirror_cursor_project_id_fkey' })
  project?: ProjectEntity;

  /** The cursor from which the next import continues. */
  @Column('varchar', { name: 'change_cursor', length: 255 })
  changeCursor!: string;
}
