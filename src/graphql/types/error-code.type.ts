import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'An error that this API returns.' })
export class ErrorCode {
  @Field(() => String, { description: '`extensions.code`: what clients switch on.' })
  code!: string;

  @Field(() => String, { description: '`extensions.reason`: what happened, more precisely than by the code.' })
  reason!: string;

  @Field(() => Int, { description: '`extensions.status`: the HTTP status that REST returns for the same mistake.' })
  status!: number;

  @Field(() => String, {
    description: "The message; GraphQL's own errors have more precise ones, which name what is wrong.",
  })
  message!: string;

  @Field(() => String, { description: 'When it is returned; code is in backticks.' })
  when!: string;

  @Field(() => Boolean, { description: 'Whether the same request may succeed later, after `extensions.retryAfter`.' })
  retryable!: boolean;
}
