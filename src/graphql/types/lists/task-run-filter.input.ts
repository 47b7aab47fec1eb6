import { Field, InputType } from 'type-graphql';
import { limits } from '../../../limits.js';
import type { FilterRow } from '../../../task-runs/scope/filter-row.js';
import { combinations } from '../../../task-runs/scope/run-filter.js';
import { runFilters } from '../../../task-runs/scope/run-filters.js';
import { namedScalars } from '../../scalars/index.js';
import { Bounded } from '../bounds.js';
import { TaskRunStatus } from '../run.js';
import { JSONCondition } from './json-condition.input.js';
import { TextFilter } from './text-filter.input.js';

@InputType({
  description: 'Conditions on task runs. All of them must hold. Null is the same as omitted unless stated otherwise.',
})
export class TaskRunFilter {}

const inputTypes = { ...namedScalars, TaskRunStatus, TextFilter, JSONCondition };

for (const [name, row] of Object.entries(runFilters)) {
  const { type, list, description, maxLength }: FilterRow<never> = row;
  const itemType = () => inputTypes[type];
  const nullable = list === 'values and null' ? 'itemsAndList' : true;
  Field(list === undefined ? itemType : () => [itemType()], { nullable, description })(TaskRunFilter.prototype, name);
  if (list !== undefined) Bounded({ minItems: 1, maxItems: limits.texts.value })(TaskRunFilter.prototype, name);
  if (maxLength !== undefined) Bounded({ maxLength })(TaskRunFilter.prototype, name);
}

for (const [name, description] of Object.entries(combinations)) {
  const type = name === 'NOT' ? () => TaskRunFilter : () => [TaskRunFilter];
  Field(type, { nullable: true, description })(TaskRunFilter.prototype, name);
}
