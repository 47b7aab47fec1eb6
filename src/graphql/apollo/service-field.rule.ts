import { GraphQLError, type ValidationRule } from 'graphql';

/** Validation rule: the SDL is long, so a document may select it only once. */
export const allowServiceFieldOnce: ValidationRule = (context) => {
  const selected = new Set<string>();
  return {
    Field(node) {
      const { value: name } = node.name;
      if (name !== '_service' && !(name === 'sdl' && context.getParentType()?.name === '_Service')) return;
      if (selected.has(name))
        context.reportError(new GraphQLError('`_service` and `sdl` may be selected only once.', { nodes: [node] }));
      selected.add(name);
    },
  };
};

/** Validation rule where introspection is off: `_service { sdl }` returns the whole schema, too. */
export const rejectServiceField: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '_service') return;
    context.reportError(new GraphQLError('Introspection is disabled on this server.', { nodes: [node] }));
  },
});
