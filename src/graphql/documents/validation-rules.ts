import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  specifiedRules,
  type ValidationRule,
  visit,
} from 'graphql';
import { limits } from '../../limits.js';
import { hasAtMostSelections } from './selection-count.js';

/** Validation rule that allows the SDL only once per document, because it is long. */
const allowServiceFieldOnce: ValidationRule = (context) => {
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

const maxSelections = limits.introspectionSelections.value;

/** Validation rule that limits the operations in a document that introspects the schema. */
const limitIntrospection: ValidationRule = (context) => ({
  Document(document) {
    if (findField(document, ['__schema', '__type']) === null) return;
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION || hasAtMostSelections(document, node, maxSelections)) continue;
      const message = `An operation that selects __schema or __type must not have more than ${maxSelections} selections.`;
      context.reportError(new GraphQLError(message, { nodes: [node] }));
    }
  },
});

/** Returns the first selection of one of these fields in a document. */
export function findField(document: DocumentNode, names: readonly string[]): FieldNode | null {
  let found: FieldNode | null = null;
  visit(document, {
    Field(node) {
      if (!names.includes(node.name.value)) return undefined;
      found = node;
      return BREAK;
    },
  });
  return found;
}

/** The gateway's validation rules, in addition to GraphQL's. */
export const ownRules: readonly ValidationRule[] = [allowServiceFieldOnce, limitIntrospection];

export const allRules: readonly ValidationRule[] = [...specifiedRules, ...ownRules];
