import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { limits } from '../../limits.js';
import type { FilterRow } from '../../task-runs/visibility/filter-row.js';
import type { JsonConditionInput } from '../../task-runs/visibility/json-conditions.js';
import { combinations, type RunFilterInput } from '../../task-runs/visibility/run-filter.js';
import { runFilters } from '../../task-runs/visibility/run-filters.js';
import { DecimalScalar, JSONPrimitiveScalar, namedScalars } from '../scalars/index.js';
import { Bounded } from './bounds.js';
import { TaskRunStatus } from './run.js';

const shortText = { maxLength: limits.shortTextLength.value };

@InputType({
  description: 'Conditions on a short string. All of them must hold. Comparisons are case-sensitive.',
})
export class TextFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this string.' })
  @Bounded(shortText)
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'Equal to one of these 1 to 100 strings.' })
  @Bounded({ minItems: 1, maxItems: limits.texts.value })
  in?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Starts with exactly this string; `%` and `_` have no special meaning.',
  })
  @Bounded(shortText)
  startsWith?: string | null;
}

const comparison = (description: string) => ({
  nullable: true,
  description: `A number ${description} this one, compared exactly.`,
});

@InputType({ description: 'Conditions on the value at a path in JSON. All of them must hold.' })
export class JSONCondition implements JsonConditionInput {
  @Field(() => String, { description: 'A JSON Pointer (RFC 6901), such as `/items/0/label`.' })
  @Bounded({ maxLength: limits.pointerLength.value })
  path!: string;

  @Field(() => JSONPrimitiveScalar, {
    nullable: true,
    description:
      'Equal to this value. Null means JSON null. Numbers are compared by value, regardless of their scale: 1 equals 1.00.',
  })
  eq?: string | null;

  @Field(() => [JSONPrimitiveScalar], {
    nullable: 'itemsAndList',
    description: 'Equal to one of these 1 to 100 values.',
  })
  @Bounded({ minItems: 1, maxItems: limits.texts.value })
  in?: (string | null)[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: the path has a value, which may be JSON null. False: it has no value.',
  })
  exists?: boolean | null;

  @Field(() => JSONPrimitiveScalar, {
    nullable: true,
    description: 'A string that contains this text (case-sensitive), or a list that contains this value.',
  })
  contains?: string | null;

  @Field(() => DecimalScalar, comparison('greater than'))
  gt?: string | null;

  @Field(() => DecimalScalar, comparison('greater than or equal to'))
  gte?: string | null;

  @Field(() => DecimalScalar, comparison('less than'))
  lt?: string | null;

  @Field(() => DecimalScalar, comparison('less than or equal to'))
  lte?: string | null;
}

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

const FilterField = () =>
  Field(() => TaskRunFilter, { nullable: true, description: 'Conditions on the runs. If omitted, all runs match.' });

/** Narrows down the runs of the task, project or organization that has the field. */
@ArgsType()
export class RunFilterArgs {
  @FilterField()
  filter?: RunFilterInput | null;
}

/** Selects the runs of a task, project or organization, narrowed down by a filter. */
@ArgsType()
export class RunScopeArgs {
  @Field(() => ID, { description: 'The organization, a UUID.' })
  orgId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'If omitted, the whole organization.',
  })
  projectId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'If omitted, the whole project. Requires `projectId`.',
  })
  taskId?: string | null;

  @FilterField()
  filter?: RunFilterInput | null;
}
