import { Field, InputType } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';

const text = { maxLength: limits.shortTextLength.value };

@InputType({
  description: 'Conditions on a short text. All of them must hold. Comparisons are case-sensitive.',
})
export class TextFilter {
  @Field(() => String, { nullable: true, description: 'Equal to this text.' })
  @Bounded(text)
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'Equal to one of these 1 to 100 texts.' })
  @Bounded({ minItems: 1, maxItems: limits.texts.value })
  in?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Starts with exactly this text; `%` and `_` have no special meaning.',
  })
  @Bounded(text)
  startsWith?: string | null;
}
