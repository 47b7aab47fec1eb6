import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { FilterType } from '../../../task-runs/scope/filter-row.js';
import { runFilters } from '../../../task-runs/scope/run-filters.js';
import { DateTimeScalar, DecimalScalar } from '../../scalars/index.js';
import { TaskRunStatus } from './task-run-status.enum.js';
import { TextFilter } from './text-filter.input.js';

@InputType({
  description:
    'Which task runs to take. Whatever is given must hold; null counts as not given, where nothing else is said.',
})
export class TaskRunFilter {}

const inputTypes = {
  // Not UUID, as in the path of a run: a malformed id is an error of its field, not of the operation.
  ID,
  String,
  Int,
  Float,
  Boolean,
  DateTime: DateTimeScalar,
  Decimal: DecimalScalar,
  TaskRunStatus,
  TextFilter,
} satisfies Record<FilterType, unknown>;

for (const [name, { type, description }] of Object.entries(runFilters)) {
  Field(() => inputTypes[type], { nullable: true, description })(TaskRunFilter.prototype, name);
}
