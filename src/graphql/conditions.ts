// @skip and @include decided before an operation is executed: what is left has no conditions in it.

import {
  type DocumentNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  visit,
} from 'graphql';

type VariableValues = Readonly<Record<string, unknown>>;

/** Whether a node stays, once its own @skip and @include are decided. */
export function isIncluded(node: SelectionNode, variableValues: VariableValues): boolean {
  if (!node.directives?.length) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false
  );
}

/** The variables that decide what a document selects, and whether anything decides at all. */
export function conditionsOf(document: DocumentNode): {
  readonly isConditional: boolean;
  readonly variables: string[];
} {
  const variables = new Set<string>();
  let isConditional = false;
  visit(document, {
    Directive({ name, arguments: [condition] = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      isConditional = true;
      if (condition?.value.kind === Kind.VARIABLE) variables.add(condition.value.name.value);
    },
  });
  return { isConditional, variables: [...variables] };
}

/** The document without what its conditions leave out, and without the conditions. The original is not changed. */
export function withoutConditions(document: DocumentNode, variableValues: VariableValues): DocumentNode {
  const decide = (node: SelectionNode) => {
    if (!node.directives?.length) return undefined;
    return isIncluded(node, variableValues) ? { ...node, directives: [] } : null;
  };
  return visit(document, { Field: decide, InlineFragment: decide, FragmentSpread: decide });
}
