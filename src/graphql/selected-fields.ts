// Reads a selection the way the executor will: through fragments, without what @skip and @include leave out.

import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionNode, valueFromASTUntyped } from 'graphql';
import { isIncluded } from './conditions.js';

export type SelectionSource = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>;

/** The fields right below these fields; those of one name come once for each place they are selected in. */
export function fieldsBelow(fields: readonly FieldNode[], source: SelectionSource): FieldNode[] {
  return fields.flatMap((field) => fieldsOf(field.selectionSet?.selections ?? [], source));
}

function fieldsOf(selections: readonly SelectionNode[], source: SelectionSource): FieldNode[] {
  return selections.flatMap((node) => (isIncluded(node, source.variableValues) ? fieldsOfNode(node, source) : []));
}

function fieldsOfNode(node: SelectionNode, source: SelectionSource): FieldNode[] {
  switch (node.kind) {
    case Kind.FIELD:
      return [node];
    case Kind.INLINE_FRAGMENT:
      return fieldsOf(node.selectionSet.selections, source);
    case Kind.FRAGMENT_SPREAD:
      return fieldsOf(source.fragments[node.name.value]?.selectionSet.selections ?? [], source);
  }
}

/** The value of a field's argument of a scalar type; undefined where it is not given. */
export function argumentOf(field: FieldNode, name: string, { variableValues }: SelectionSource): unknown {
  const argument = field.arguments?.find((node) => node.name.value === name);
  return argument && valueFromASTUntyped(argument.value, variableValues);
}
