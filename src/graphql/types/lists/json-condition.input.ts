import { Field, InputType } from 'type-graphql';
import { limits } from '../../../limits.js';
import type { JsonConditionInput } from '../../../task-runs/scope/json-conditions.js';
import { DecimalScalar, JSONPrimitiveScalar } from '../../scalars/index.js';
import { Bounded } from '../bounds.js';

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
    description: 'True: the path leads to a value, which may be JSON null. False: it leads to no value.',
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
