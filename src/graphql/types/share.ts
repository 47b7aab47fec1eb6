import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { formatCount } from '../../format-count.js';
import { shareLifetime } from '../../sharing/shares.js';
import { DateTimeScalar } from '../scalars/index.js';
import { Bounded } from './bounds.js';

@ArgsType()
export class ShareArgs {
  @Field(() => Int, {
    defaultValue: shareLifetime.default,
    description: `The number of seconds until the link expires (${shareLifetime.min}–${formatCount(shareLifetime.max)}).`,
  })
  @Bounded({ minimum: shareLifetime.min, maximum: shareLifetime.max })
  expiresIn!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether the link also shows the payload of the run, which the caller must see.',
  })
  payload!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A link that shows one run to everyone who has it. An operator can revoke it by its id.',
})
export class RunShare {
  @Field(() => ID, { description: 'The id of the link.' })
  id!: string;

  @Field(() => String, { description: 'The address of the page that shows the run. It is returned only once.' })
  url!: string;

  @Field(() => DateTimeScalar, { description: 'When the link expires.' })
  expires!: string;
}
