// graphql-jit within bounds: it writes the code of a fragment for each place where it is spread, so a short document can
// keep the process busy for minutes.

import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';

export type ExecuteOperation = CompiledQuery['query'];

/** Fragments written out. Each takes some 60 µs to compile; a full run with its relations has forty. */
const mostSelections = 1000;

/** @param operation of the document; null: it is too large, or graphql-jit cannot compile it. */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ExecuteOperation | null {
  if (!hasFewSelections(document, operation)) return null;
  const compiled = compileQuery(schema, document, operation.name?.value);
  return isCompiledQuery(compiled) ? compiled.query : null;
}

function hasFewSelections({ definitions }: DocumentNode, { selectionSet }: OperationDefinitionNode): boolean {
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const pending: SelectionNode[] = [...selectionSet.selections];
  let count = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    count += 1;
    if (count > mostSelections) return false;
    const inside = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (inside?.selectionSet) pending.push(...inside.selectionSet.selections);
  }
  return true;
}
