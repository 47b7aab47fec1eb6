import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, {
    description: 'Whether the list continues after the page. Always true for `last` with `before`.',
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether there is anything before the page. Always true for `after` without `last`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first item; null for an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last item; null for an empty page.' })
  endCursor!: string | null;
}
