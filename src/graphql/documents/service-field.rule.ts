import { GraphQLError, type ValidationRule } from 'graphql';

/** Validation rule that allows the SDL only once in a document, because it is long. */
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
