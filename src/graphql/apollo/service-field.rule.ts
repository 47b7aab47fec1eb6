import { GraphQLError, type ValidationRule } from 'graphql';

/** Validation: the schema is a long text, which one document shall not ask for under many names. */
export const allowServiceFieldOnce: ValidationRule = (context) => {
  const told = new Set<string>();
  return {
    Field(node) {
      const { value: name } = node.name;
      if (name !== '_service' && !(name === 'sdl' && context.getParentType()?.name === '_Service')) return;
      if (told.has(name))
        context.reportError(new GraphQLError('`_service` and `sdl` may be selected only once.', { nodes: [node] }));
      told.add(name);
    },
  };
};

/** Validation where introspection is off: `_service { sdl }` tells the whole schema, too. */
export const rejectServiceField: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '_service') return;
    context.reportError(new GraphQLError('Introspection is disabled on this server.', { nodes: [node] }));
  },
});
