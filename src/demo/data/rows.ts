import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';

/** An entity's columns, without related entities and without columns that only the database writes. */
type Columns<Entity> = Omit<Entity, 'organization' | 'project' | 'task' | 'reportingGroup' | 'taskRun' | 'changedXid'>;
type NullableColumn<Row> = { [Name in keyof Row]-?: null extends Row[Name] ? Name : never }[keyof Row];

/** A row in which nullable columns may be omitted. */
export type Row<Entity> = Omit<Columns<Entity>, NullableColumn<Columns<Entity>>> &
  Partial<Pick<Columns<Entity>, NullableColumn<Columns<Entity>>>>;

/** A stored run with its files. */
export interface DemoRun {
  readonly run: Row<TaskRunEntity>;
  readonly files: readonly Row<TaskRunFileEntity>[];
}
