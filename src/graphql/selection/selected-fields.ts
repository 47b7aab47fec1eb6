import {
  type FieldNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type InlineFragmentNode,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type ResponsePath,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

// Reads selections the way the executor does: through fragments, without fields that @skip and @include omit.

export type SelectionSource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;
export type FieldSelection = SelectionSource & Pick<GraphQLResolveInfo, 'fieldNodes'>;

/**
 * Caches the result of `read` for a selection. A plan has the same field nodes for every execution, and different ones
 * for other values of `@skip` and `@include`. Apart from these, `read` must not depend on variables.
 */
export function memoizeByFieldNodes<Result>(read: (selection: FieldSelection) => Result) {
  const results = new WeakMap<readonly FieldNode[], Result>();
  return (selection: FieldSelection): Result => {
    const { fieldNodes } = selection;
    let result = results.get(fieldNodes);
    if (result === undefined) {
      result = read(selection);
      results.set(fieldNodes, result);
    }
    return result;
  };
}

/** Returns the fields with a name. */
export function fieldsNamed(fields: readonly FieldNode[], name: string): FieldNode[] {
  return fields.filter((field) => field.name.value === name);
}

/**
 * Returns the direct child fields of these fields, repeated for each position at which they are selected. If objects of
 * several types are returned, it includes only the fields selected on `type`.
 */
export function childFields(fields: readonly FieldNode[], source: SelectionSource, type?: string): FieldNode[] {
  return fields.flatMap((field) => fieldsOf(field.selectionSet?.selections ?? []));

  function fieldsOf(selections: readonly SelectionNode[]): FieldNode[] {
    const found: FieldNode[] = [];
    // Tracks visited fragments, because the work would double with each fragment that spreads another one twice.
    const visitedFragments = new Set<string>();
    // Uses a stack instead of recursion, because fragments may be nested more deeply than calls can.
    const pending = selections.toReversed();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (!isIncluded(node, source.variableValues)) continue;
      if (node.kind === Kind.FIELD) found.push(node);
      else pending.push(...selectionsOf(node, visitedFragments).toReversed());
    }
    return found;
  }

  function selectionsOf(
    node: FragmentSpreadNode | InlineFragmentNode,
    visitedFragments: Set<string>,
  ): readonly SelectionNode[] {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return excludesType(node.typeCondition) ? [] : node.selectionSet.selections;
    }
    const { value: name } = node.name;
    const fragment = source.fragments[name];
    if (!fragment || visitedFragments.has(name) || excludesType(fragment.typeCondition)) return [];
    visitedFragments.add(name);
    return fragment.selectionSet.selections;
  }

  function excludesType(condition: NamedTypeNode | undefined): boolean {
    if (type === undefined || condition === undefined) return false;
    return condition.name.value !== type && isObjectType(source.schema.getType(condition.name.value));
  }
}

/** Lists and statistics of tasks and projects count their own fields. */
const ownCounts: ReadonlySet<string> = new Set(['taskRuns', 'taskRunStats']);

/**
 * Returns the fields at any depth, excluding those of nested lists and statistics. `type` works as in {@link
 * childFields}.
 */
export function descendantFields(fields: readonly FieldNode[], source: SelectionSource, type?: string): FieldNode[] {
  const all: FieldNode[] = [];
  let level = childFields(fields, source, type);
  while (level.length > 0) {
    all.push(...level);
    level = childFields(
      level.filter(({ name }) => !ownCounts.has(name.value)),
      source,
    );
  }
  return all;
}

/**
 * @throws GatewayError VALIDATION_FAILED if more fields are selected on an object and its nested ones, including
 * aliases.
 */
export function assertFieldCount(fields: readonly FieldNode[], max: number = limits.runFields.value): void {
  if (fields.length > max) {
    throw validationFailed(['query'], `must not select more than ${max} fields of an object`, 'too_long');
  }
}

/** Returns the value of a field's scalar argument, or undefined if it is omitted. */
export function argumentOf(field: FieldNode, name: string, { variableValues }: SelectionSource): unknown {
  const argument = field.arguments?.find((node) => node.name.value === name);
  return argument && valueFromASTUntyped(argument.value, variableValues);
}

/** Whether a node is selected according to its own `@skip` and `@include`. */
function isIncluded(node: SelectionNode, variableValues: SelectionSource['variableValues']): boolean {
  if (!node.directives?.length) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false
  );
}

/** Returns a field's path without list positions, which is the same for all objects in a list. */
export function groupName(path: ResponsePath): string {
  const keys: string[] = [];
  for (let at: ResponsePath | undefined = path; at; at = at.prev) if (typeof at.key === 'string') keys.push(at.key);
  return keys.reverse().join('.');
}
