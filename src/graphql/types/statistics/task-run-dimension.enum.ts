import { registerEnumType } from 'type-graphql';
import { dimensions } from '../../../task-runs/statistics/dimensions.js';

const entries = Object.entries(dimensions);

export const TaskRunDimension = Object.fromEntries(entries.map(([name]) => [name, name]));

registerEnumType(TaskRunDimension, {
  name: 'TaskRunDimension',
  description: 'What task runs are grouped by. `RESPONSE`, `SUBMITTED` and `RUN_DATA` require a `path`.',
  valuesConfig: Object.fromEntries(entries.map(([name, { description }]) => [name, { description }])),
});
