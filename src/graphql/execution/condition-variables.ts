import { type DocumentNode, Kind, visit } from 'graphql';

/** Returns the variables in a document's `@skip` and `@include`. */
export function conditionVariables(document: DocumentNode): string[] {
  const variables = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
    },
  });
  return [...variables];
}
