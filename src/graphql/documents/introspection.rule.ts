import { BREAK, type DocumentNode, type FieldNode, GraphQLError, Kind, type ValidationRule, visit } from 'graphql';
import { limits } from '../../limits.js';
import { hasAtMostSelections } from './selection-count.js';

const maxSelections = limits.introspectionSelections.value;

/** Validation rule that limits the operations of a document that introspects the schema. */
export const limitIntrospection: ValidationRule = (context) => ({
  Document(document) {
    if (findField(document, ['__schema', '__type']) === null) return;
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION || hasAtMostSelections(document, node, maxSelections)) continue;
      const message = `An operation that selects __schema or __type must not have more than ${maxSelections} selections.`;
      context.reportError(new GraphQLError(message, { nodes: [node] }));
    }
  },
});

/** Returns the first of the fields that a document selects. */
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
