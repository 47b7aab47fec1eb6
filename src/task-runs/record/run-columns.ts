// The columns of a run, once for all who read, decode or describe them.

import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { columnsOf, type EntityColumn } from '../../database/entity-columns.js';

export type RunProperty = keyof Omit<TaskRunEntity, 'task' | 'reportingGroup'>;

export interface RunColumn extends EntityColumn {
  readonly propertyName: RunProperty;
  readonly type:
    | 'uuid'
    | 'jsonb'
    | 'timestamptz'
    | 'integer'
    | 'double precision'
    | 'numeric'
    | 'boolean'
    | 'text'
    | 'varchar';
}

/** In the order of the entity. */
export const runColumns = columnsOf(TaskRunEntity) as readonly RunColumn[];

/** All but those that may be megabytes, which are read as texts and only for whoever asks for them. */
export const smallColumns = runColumns.filter(
  ({ propertyName }) => propertyName !== 'response' && propertyName !== 'runData',
);

export function runColumn(property: string): RunColumn {
  const column = runColumns.find(({ propertyName }) => propertyName === property);
  if (!column) throw new Error(`A run has no column ${property}.`);
  return column;
}
