import { Field, InputType } from 'type-graphql';
import { runFilters } from '../../../task-runs/scope/run-filters.js';
import { namedScalars } from '../../scalars/index.js';
import { TaskRunStatus } from './task-run-status.enum.js';
import { TextFilter } from './text-filter.input.js';

@InputType({
  description: 'Conditions on task runs, all of which must hold. Null is the same as omitted unless stated otherwise.',
})
export class TaskRunFilter {}

const inputTypes = { ...namedScalars, TaskRunStatus, TextFilter };

for (const [name, { type, description }] of Object.entries(runFilters)) {
  Field(() => inputTypes[type], { nullable: true, description })(TaskRunFilter.prototype, name);
}
