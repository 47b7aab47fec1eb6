import { GraphQLError, type ValidationRule } from 'graphql';

/** Validation where introspection is off: `_service { sdl }` tells the whole schema, too. */
export const refuseServiceField: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '_service') return;
    context.reportError(new GraphQLError('The schema is not told by this server.', { nodes: [node] }));
  },
});
