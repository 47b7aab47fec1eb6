import { Field, InputType } from 'type-graphql';

@InputType({
  description: 'Conditions on a short text. All of them must hold. Comparisons are case-sensitive.',
})
export class TextFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this text.' })
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'Equal to one of these 1 to 100 texts.' })
  in?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Starts with exactly this text; `%` and `_` have no special meaning.',
  })
  startsWith?: string | null;
}
