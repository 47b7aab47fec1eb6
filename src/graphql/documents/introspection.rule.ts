import { GraphQLError, Kind, type ValidationRule } from 'graphql';
import { limits } from '../../limits.js';
import { findField } from '../pipeline/introspection.js';
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
