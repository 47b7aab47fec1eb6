import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';

/** An entity's columns, without the objects its foreign keys lead to. */
export type Row<Entity> = Omit<Entity, 'organization' | 'project' | 'task' | 'reportingGroup' | 'taskRun'>;

/** A run with its files, as they are stored. */
export interface DemoRun {
  readonly run: Row<TaskRunEntity>;
  readonly files: readonly Row<TaskRunFileEntity>[];
}
