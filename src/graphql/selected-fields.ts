// Reads a selection the way the executor will: through fragments, without what @skip and @include leave out.

import {
  type FieldNode,
  type GraphQLResolveInfo,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql';
import { isIncluded } from './conditions.js';

export type SelectionSource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/**
 * The fields right below these fields; those of one name come once for each place they are selected in. Where objects of
 * several types are answered, only what is selected on `type`.
 */
export function fieldsBelow(fields: readonly FieldNode[], source: SelectionSource, type?: string): FieldNode[] {
  return fields.flatMap((field) => fieldsOf(field.selectionSet?.selections ?? []));

  function fieldsOf(selections: readonly SelectionNode[]): FieldNode[] {
    return selections.flatMap((node) => (isIncluded(node, source.variableValues) ? fieldsOfNode(node) : []));
  }

  function fieldsOfNode(node: SelectionNode): FieldNode[] {
    switch (node.kind) {
      case Kind.FIELD:
        return [node];
      case Kind.INLINE_FRAGMENT:
        return isOnOtherType(node.typeCondition) ? [] : fieldsOf(node.selectionSet.selections);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = source.fragments[node.name.value];
        return isOnOtherType(fragment?.typeCondition) ? [] : fieldsOf(fragment?.selectionSet.selections ?? []);
      }
    }
  }

  function isOnOtherType(condition: NamedTypeNode | undefined): boolean {
    if (type === undefined || condition === undefined) return false;
    return condition.name.value !== type && isObjectType(source.schema.getType(condition.name.value));
  }
}

/** The value of a field's argument of a scalar type; undefined where it is not given. */
export function argumentOf(field: FieldNode, name: string, { variableValues }: SelectionSource): unknown {
  const argument = field.arguments?.find((node) => node.name.value === name);
  return argument && valueFromASTUntyped(argument.value, variableValues);
}
