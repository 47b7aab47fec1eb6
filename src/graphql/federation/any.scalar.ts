import { GraphQLScalarType } from 'graphql';

/** What a gateway sends for an entity. It is accepted as it is: a malformed one must not reject the others. */
export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'The representation of an entity: its `__typename` and the fields of one of its keys.',
});
