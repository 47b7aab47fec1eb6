import { Field, InputType } from 'type-graphql';
import { runFilters } from '../../../task-runs/scope/run-filters.js';
import { namedScalars } from '../../scalars/index.js';
import { TaskRunStatus } from './task-run-status.enum.js';
import { TextFilter } from './text-filter.input.js';

@InputType({
  description:
    'Which task runs to take. Whatever is given must hold; null counts as not given, where nothing else is said.',
})
export class TaskRunFilter {}

const inputTypes = { ...namedScalars, TaskRunStatus, TextFilter };

for (const [name, { type, description }] of Object.entries(runFilters)) {
  Field(() => inputTypes[type], { nullable: true, description })(TaskRunFilter.prototype, name);
}
