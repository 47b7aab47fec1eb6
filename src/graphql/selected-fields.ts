// Reads a selection the way the executor will: through fragments, without what @skip and @include leave out.

import {
  BREAK,
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLResolveInfo,
  type InlineFragmentNode,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { validationFailed } from '../errors/validation.js';
import { isIncluded } from './conditions.js';

export type SelectionSource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/**
 * The fields right below these fields; those of one name come once for each place they are selected in. Where objects of
 * several types are answered, only what is selected on `type`.
 */
export function fieldsBelow(fields: readonly FieldNode[], source: SelectionSource, type?: string): FieldNode[] {
  return fields.flatMap((field) => fieldsOf(field.selectionSet?.selections ?? []));

  function fieldsOf(selections: readonly SelectionNode[]): FieldNode[] {
    const found: FieldNode[] = [];
    // Fragments that are in already: those that spread others twice would double each time.
    const spread = new Set<string>();
    // What is still to be read, the next one last: fragments may be nested deeper than calls can.
    const pending = selections.toReversed();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (!isIncluded(node, source.variableValues)) continue;
      if (node.kind === Kind.FIELD) found.push(node);
      else pending.push(...selectionsOf(node, spread).toReversed());
    }
    return found;
  }

  function selectionsOf(node: FragmentSpreadNode | InlineFragmentNode, spread: Set<string>): readonly SelectionNode[] {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return isOnOtherType(node.typeCondition) ? [] : node.selectionSet.selections;
    }
    const { value: name } = node.name;
    const fragment = source.fragments[name];
    if (!fragment || spread.has(name) || isOnOtherType(fragment.typeCondition)) return [];
    spread.add(name);
    return fragment.selectionSet.selections;
  }

  function isOnOtherType(condition: NamedTypeNode | undefined): boolean {
    if (type === undefined || condition === undefined) return false;
    return condition.name.value !== type && isObjectType(source.schema.getType(condition.name.value));
  }
}

/** The fields at any depth below these fields; `type` as for {@link fieldsBelow}. */
export function allFieldsBelow(fields: readonly FieldNode[], source: SelectionSource, type?: string): FieldNode[] {
  const all: FieldNode[] = [];
  for (let level = fieldsBelow(fields, source, type); level.length > 0; level = fieldsBelow(level, source)) {
    all.push(...level);
  }
  return all;
}

/** A run has some forty fields. Each alias is written out for each run: a short document must not make a huge answer. */
const mostFields = 200;

/** @throws GatewayError VALIDATION_FAILED for more fields of one kind of object, by whatever names, and of what it holds. */
export function assertFewFields(fields: readonly FieldNode[], most = mostFields): void {
  if (fields.length > most) {
    throw validationFailed(['query'], `must not select more than ${most} fields of an object`, 'too_long');
  }
}

/** The value of a field's argument of a scalar type; undefined where it is not given. */
export function argumentOf(field: FieldNode, name: string, { variableValues }: SelectionSource): unknown {
  const argument = field.arguments?.find((node) => node.name.value === name);
  return argument && valueFromASTUntyped(argument.value, variableValues);
}

/**
 * Reads selections by `read`, each but once for a compiled operation, whose fields and fragments are the same objects
 * whenever it is executed. What depends on variables is read anew.
 */
export function rememberSelections<Result>(
  read: (source: SelectionSource & SelectedFields) => Result,
): (source: SelectionSource & SelectedFields) => Result {
  // The fragments too: two variants of a document may share a field and differ in a fragment below it.
  const byFragments = new WeakMap<object, Map<FieldNode, Remembered<Result>>>();
  return (source) => {
    const { fieldNodes, fragments } = source;
    const [first] = fieldNodes as [FieldNode];
    const remembered = byFragments.get(fragments) ?? new Map<FieldNode, Remembered<Result>>();
    const known = remembered.get(first);
    if (known?.fieldNodes === fieldNodes) return known.result;
    const result = read(source);
    if (!dependsOnVariables(source)) {
      remembered.set(first, { fieldNodes, result });
      byFragments.set(fragments, remembered);
    }
    return result;
  };
}

interface Remembered<Result> extends SelectedFields {
  readonly result: Result;
}

interface SelectedFields {
  readonly fieldNodes: readonly FieldNode[];
}

function dependsOnVariables({ fieldNodes, fragments }: SelectionSource & SelectedFields): boolean {
  let found = false;
  // A list of what is still to be visited: fragments may be nested deeper than calls can.
  const pending = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const spread = new Set<string>();
  for (let selections = pending.pop(); selections && !found; selections = pending.pop()) {
    visit(selections, {
      Variable() {
        found = true;
        return BREAK;
      },
      FragmentSpread({ name: { value } }) {
        const fragment = fragments[value];
        if (!fragment || spread.has(value)) return;
        spread.add(value);
        pending.push(fragment.selectionSet);
      },
    });
  }
  return found;
}
