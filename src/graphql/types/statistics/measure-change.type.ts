import { Field, Float, ObjectType } from 'type-graphql';
import { DecimalScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: 'How a measure has changed since the period before.' })
export class MeasureChange {
  @Field(() => DecimalScalar, { description: 'The measure minus that of the period before.' })
  absolute!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The change divided by the measure before: 0.25 is a quarter more; null where that was zero.',
  })
  ratio!: number | null;
}
