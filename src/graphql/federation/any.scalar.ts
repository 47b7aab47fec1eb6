import { GraphQLScalarType } from 'graphql';

/** What a gateway sends for an entity. It is taken as it comes: what is wrong with one must not refuse the others. */
export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'The representation of an entity: its `__typename` and the fields of one of its keys.',
});
