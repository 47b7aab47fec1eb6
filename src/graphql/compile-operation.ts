// graphql-jit within bounds: it writes the code of a fragment for each place where it is spread, so a short document can
// keep the process busy for minutes.

import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { hasFewSelections } from './selection-count.js';

export type ExecuteOperation = CompiledQuery['query'];

/** Fragments written out. Each takes some 60 µs to compile; a full run with its relations has forty. */
const mostSelections = 1000;

/** @param operation of the document; null: it is too large, or graphql-jit cannot compile it. */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ExecuteOperation | null {
  if (!hasFewSelections(document, operation, mostSelections)) return null;
  const compiled = compileQuery(schema, document, operation.name?.value);
  return isCompiledQuery(compiled) ? compiled.query : null;
}
