import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: 'The caller: the subject of the bearer token.' })
export class Viewer {
  @Field(() => String, {
    description:
      'The subject that grants name: the `sub` claim of the token, after the prefix of its issuer if one is configured.',
  })
  subject!: string;

  @Field(() => String, { description: 'The `iss` claim of the token.' })
  issuer!: string;

  @Field(() => String, { nullable: true, description: 'The `client_id` claim of the token; null if it has none.' })
  clientId?: string | undefined;

  @Field(() => DateTimeScalar, { description: 'When the token expires.' })
  expires!: string;
}
