import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { conditionVariables } from './condition-variables.js';
import type { SelectionPlan } from './field-plan.js';
import type { PlanSize } from './plan.js';
import { type CoerceVariables, createCoerceVariables } from './variables.js';

export interface PlannedDocument {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly operations: readonly PlannedOperation[];
}

export interface PlannedOperation {
  readonly node: OperationDefinitionNode;
  /** The variables of `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** Plans by the values of the conditions. */
  readonly plans: Map<string, SelectionPlan>;
  readonly coerceVariables: CoerceVariables;
  size: PlanSize;
}

/** @param maxVariableErrors one more states that there are others */
export function toPlannedDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  maxVariableErrors: number,
): PlannedDocument {
  const conditions = conditionVariables(document);
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const operations: PlannedOperation[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
    else if (node.kind === Kind.OPERATION_DEFINITION) {
      const coerceVariables = createCoerceVariables(schema, node.variableDefinitions ?? [], maxVariableErrors);
      operations.push({ node, conditions, plans: new Map(), coerceVariables, size: { fields: 0 } });
    }
  }
  return { fragments, operations };
}

/** Returns undefined for a missing operation, or without a name for several operations. */
export function findOperation(
  operations: readonly PlannedOperation[],
  name: string | null | undefined,
): PlannedOperation | undefined {
  if (name === null || name === undefined) return operations.length === 1 ? operations[0] : undefined;
  return operations.findLast(({ node }) => node.name?.value === name);
}
