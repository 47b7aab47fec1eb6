import { GraphQLScalarType } from 'graphql';

/** The representation of an entity. Accepted unvalidated, so that a malformed one does not reject the others. */
export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'The representation of an entity: its `__typename` and the fields of one of its keys.',
});
