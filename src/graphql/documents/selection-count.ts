import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';

function fragmentDefinitions({ definitions }: DocumentNode): FragmentDefinitionNode[] {
  return definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
}

/** Whether an operation of the document has at most `max` selections with its fragments expanded. */
export function hasAtMostSelections(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
  max: number,
): boolean {
  const fragments = new Map(fragmentDefinitions(document).map((fragment) => [fragment.name.value, fragment]));
  const pending: SelectionNode[] = [...selectionSet.selections];
  let count = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    count += 1;
    if (count > max) return false;
    const inside = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (inside?.selectionSet) pending.push(...inside.selectionSet.selections);
  }
  return true;
}
