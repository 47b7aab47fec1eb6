import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'An error that this API returns.' })
export class ErrorCode {
  @Field(() => String, { description: 'The value of `extensions.code`, by which clients distinguish errors.' })
  code!: string;

  @Field(() => String, { description: 'The value of `extensions.reason`: the cause, more specific than the code.' })
  reason!: string;

  @Field(() => Int, {
    description: 'The value of `extensions.status`: the HTTP status that REST returns for the same error.',
  })
  status!: number;

  @Field(() => String, {
    description: 'The general message. The message of a returned error may be more specific.',
  })
  message!: string;

  @Field(() => String, { description: 'When the error is returned. Code is in backticks.' })
  when!: string;

  @Field(() => Boolean, { description: 'Whether the same request may succeed after `extensions.retryAfter` seconds.' })
  retryable!: boolean;
}
