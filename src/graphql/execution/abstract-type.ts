import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { PlannedField } from './field-plan.js';

/**
 * Returns the object type that `resolveType` has named for a value.
 * @throws GraphQLError with graphql-js' message if it is not a possible type of the abstract type
 */
export function ensureObjectType(
  typename: unknown,
  abstractType: GraphQLAbstractType,
  value: unknown,
  { parentType, definition, fieldNodes }: PlannedField,
  schema: GraphQLSchema,
): GraphQLObjectType {
  const mustResolve = `Abstract type "${abstractType.name}" must resolve to an Object type at runtime for field "${parentType.name}.${definition.name}"`;
  if (typename === null || typename === undefined) {
    throw new GraphQLError(
      `${mustResolve}. Either the "${abstractType.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes: fieldNodes },
    );
  }
  if (isObjectType(typename)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof typename !== 'string') {
    throw new GraphQLError(`${mustResolve} with value ${inspect(value)}, received "${inspect(typename)}".`);
  }
  const type = schema.getType(typename);
  if (!type) {
    throw new GraphQLError(
      `Abstract type "${abstractType.name}" was resolved to a type "${typename}" that does not exist inside the schema.`,
      { nodes: fieldNodes },
    );
  }
  if (!isObjectType(type)) {
    throw new GraphQLError(`Abstract type "${abstractType.name}" was resolved to a non-object type "${typename}".`, {
      nodes: fieldNodes,
    });
  }
  if (!schema.isSubType(abstractType, type)) {
    throw new GraphQLError(`Runtime Object type "${type.name}" is not a possible type for "${abstractType.name}".`, {
      nodes: fieldNodes,
    });
  }
  return type;
}
