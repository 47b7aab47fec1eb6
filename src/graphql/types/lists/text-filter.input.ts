import { Field, InputType } from 'type-graphql';

@InputType({
  description: 'A condition on a short text. Whatever is given must hold; letters of other case are others.',
})
export class TextFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this text.' })
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'Equal to one of these texts, 1 to 100.' })
  in?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Beginning with this text, character by character: `%` and `_` mean themselves.',
  })
  startsWith?: string | null;
}
