// The columns of a run, for all code that reads, decodes or describes them.

import { getMetadataArgsStorage } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { columnsOf, type EntityColumn } from '../../database/entity-columns.js';

export type RunProperty = keyof Omit<
  TaskRunEntity,
  'task' | 'reportingGroup' | 'countedResponseBytes' | 'countedRunDataBytes' | 'changedXid'
>;

/** Name of the GraphQL scalar for a column type, used in every API. */
const scalarOfType = {
  uuid: 'UUID',
  jsonb: 'JSON',
  timestamptz: 'DateTime',
  integer: 'Int',
  'double precision': 'Float',
  numeric: 'Decimal',
  boolean: 'Boolean',
  text: 'String',
  varchar: 'String',
} as const;

export type ScalarName = (typeof scalarOfType)[keyof typeof scalarOfType] | 'ID';

export interface RunColumn extends EntityColumn {
  readonly propertyName: RunProperty;
  readonly scalar: ScalarName;
}

/** The run columns, in the entity's order. */
export const runColumns: readonly RunColumn[] = columnsOf(TaskRunEntity).map((column) => ({
  ...column,
  propertyName: column.propertyName as RunProperty,
  scalar: column.isPrimary ? 'ID' : scalarOfType[column.type as keyof typeof scalarOfType],
}));

/** All columns except those that may contain megabytes, which are read as text and only if selected. */
export const smallColumns = runColumns.filter(
  ({ propertyName }) => propertyName !== 'response' && propertyName !== 'runData',
);

const listIndex = getMetadataArgsStorage().indices.find(({ name }) => name === 'task_run_list_idx')!;

/** Whether task_run_list_idx contains the column, so that conditions on it are decided without reading the run. */
export function isInListIndex(property: RunProperty): boolean {
  return (listIndex.columns as readonly string[]).includes(property);
}

export function runColumn(property: string): RunColumn {
  const column = runColumns.find(({ propertyName }) => propertyName === property);
  if (!column) throw new Error(`A run has no column ${property}.`);
  return column;
}
