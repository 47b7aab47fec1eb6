import { Field, InputType } from 'type-graphql';
import type { JsonConditionInput } from '../../../task-runs/scope/json-conditions.js';
import { DecimalScalar, JSONPrimitiveScalar } from '../../scalars/index.js';

const comparison = (description: string) => ({
  nullable: true,
  description: `A number ${description} this one; compared exactly.`,
});

@InputType({ description: 'Conditions on the value at a path in JSON, all of which must hold.' })
export class JSONCondition implements JsonConditionInput {
  @Field(() => String, { description: 'A JSON Pointer (RFC 6901), such as `/items/0/label`.' })
  path!: string;

  @Field(() => JSONPrimitiveScalar, {
    nullable: true,
    description: "Equal to this value; null is JSON's null. Numbers are equal whatever their scale: 1 is 1.00.",
  })
  eq?: string | null;

  @Field(() => [JSONPrimitiveScalar], {
    nullable: 'itemsAndList',
    description: 'Equal to one of these 1 to 100 values.',
  })
  in?: (string | null)[] | null;

  @Field(() => Boolean, { nullable: true, description: "Whether there is a value, if only JSON's null." })
  exists?: boolean | null;

  @Field(() => JSONPrimitiveScalar, {
    nullable: true,
    description: 'A string with this text in it, case-sensitive, or a list with this value among its members.',
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
