import { Field, Float, Int, ObjectType } from 'type-graphql';

const percentile = (share: string) => ({
  nullable: true,
  description: `The smallest measured value that ${share} % of the values do not exceed, in seconds; null if there are no values.`,
});

@ObjectType({
  simpleResolvers: true,
  description: 'The distribution of a duration over task runs. Runs without a measured, finite duration are ignored.',
})
export class TimingStats {
  @Field(() => Int, { description: 'The number of runs with a measured duration.' })
  count!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The mean in seconds, rounded to the nanosecond; null if there are no values.',
  })
  avg!: number | null;

  @Field(() => Float, { nullable: true, description: 'The smallest value in seconds; null if there are no values.' })
  min!: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest value in seconds; null if there are no values.' })
  max!: number | null;

  @Field(() => Float, percentile('50'))
  p50!: number | null;

  @Field(() => Float, percentile('90'))
  p90!: number | null;

  @Field(() => Float, percentile('95'))
  p95!: number | null;

  @Field(() => Float, percentile('99'))
  p99!: number | null;
}
