import { GraphQLScalarType } from 'graphql';

/** What a gateway sends for an entity. It is taken as it comes: what is wrong with one must not refuse the others. */
export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'An entity as a federated gateway names it: its `__typename` and the fields of one of its keys.',
});
