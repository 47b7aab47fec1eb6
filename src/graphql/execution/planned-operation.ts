import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { CostFormula } from '../../admission/estimate.js';
import type { SelectionPlan } from './field-plan.js';
import type { PlanSize } from './plan.js';
import { type CoerceVariables, createCoerceVariables } from './variables.js';

/** An operation in a document, with everything planned for it. */
export interface PlannedOperation {
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables used in `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** Plans by the values of the conditions. */
  readonly plans: Map<string, SelectionPlan>;
  readonly coerceVariables: CoerceVariables;
  size: PlanSize;
  /** The cost formula, set by the first estimate. */
  cost: CostFormula | undefined;
}

/** @param maxVariableErrors limit beyond which one more error states that there are others */
export function planDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  maxVariableErrors: number,
): readonly PlannedOperation[] {
  const conditions = conditionVariables(document);
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const operations: PlannedOperation[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
    else if (node.kind === Kind.OPERATION_DEFINITION) {
      const coerceVariables = createCoerceVariables(schema, node.variableDefinitions ?? [], maxVariableErrors);
      const [plans, size, cost] = [new Map<string, SelectionPlan>(), { fields: 0 }, undefined];
      operations.push({ document, node, fragments, conditions, plans, coerceVariables, size, cost });
    }
  }
  return operations;
}

/** Returns undefined if the operation is missing or if several operations exist and no name is given. */
export function findOperation(
  operations: readonly PlannedOperation[],
  name: string | null | undefined,
): PlannedOperation | undefined {
  if (name === null || name === undefined) return operations.length === 1 ? operations[0] : undefined;
  return operations.findLast(({ node }) => node.name?.value === name);
}

/** Returns the variables in a document's `@skip` and `@include`. */
function conditionVariables(document: DocumentNode): string[] {
  const variables = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
    },
  });
  return [...variables];
}
