import { Field, Float, ObjectType } from 'type-graphql';
import { DecimalScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: 'The change of a measure since the previous period.' })
export class MeasureChange {
  @Field(() => DecimalScalar, { description: 'The measure minus its value in the previous period.' })
  absolute!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'The change divided by the value in the previous period: 0.25 is an increase of a quarter. Null if that value was zero.',
  })
  ratio!: number | null;
}
