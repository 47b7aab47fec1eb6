import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, {
    description: 'Whether the list has more items after the page. Always true if `last` and `before` are given.',
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the list has items before the page. Always true if `after` is given without `last`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the first item, or of the position where a backward scan ended. Null if the page is empty and the list ends.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last item, or of the position where the scan ended. Null if the page is empty and the list ends.',
  })
  endCursor!: string | null;
}
