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
