import { BREAK, type DocumentNode, GraphQLError, Kind, type ValidationRule, visit } from 'graphql';
import { limits } from '../../limits.js';
import { hasFewSelections } from './selection-count.js';

const maxSelections = limits.introspectionSelections.value;

/** Validation rule: operations of a document that introspects the schema are small. */
export const boundIntrospection: ValidationRule = (context) => ({
  Document(document) {
    if (!introspectsSchema(document)) return;
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION || hasFewSelections(document, node, maxSelections)) continue;
      const message = `An operation that selects __schema or __type must not have more than ${maxSelections} selections.`;
      context.reportError(new GraphQLError(message, { nodes: [node] }));
    }
  },
});

function introspectsSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name: { value } }) {
      found ||= value === '__schema' || value === '__type';
      return found ? BREAK : undefined;
    },
  });
  return found;
}
