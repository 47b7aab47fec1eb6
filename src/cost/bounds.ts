// Between what and what an operation is expected to cost, whatever its variables are, beside what depends on the number of
// runs in the database.

import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { limits } from '../limits.js';
import type { Variables } from './arguments.js';
import { type CostNode, planCost } from './cost-plan.js';
import { fragmentsOf } from './estimate.js';
import { weights } from './weights.js';

export interface CostBounds {
  readonly min: number;
  readonly max: number;
  /** At most, for each thousand runs that it goes over. */
  readonly perThousandRuns: number;
}

/** @param document valid */
export function costBounds(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostBounds {
  const root = planCost(schema, fragmentsOf(document), operation, weights);
  const { variableDefinitions = [] } = operation;
  const variablesWith = (valueFor: (type: TypeNode) => unknown): Variables =>
    Object.fromEntries(variableDefinitions.map(({ variable, type }) => [variable.name.value, valueFor(type)]));
  const max = (runs: number) => maxCostOf(root, variablesWith(longest), true, runs);
  return {
    min: Math.ceil(maxCostOf(root, variablesWith(shortest), false, 0)),
    max: Math.ceil(max(0)),
    perThousandRuns: Math.ceil(max(1000) - max(0)),
  };
}

/** Of all variables, only sizes of pages and lists of ids make a difference. */
function shortest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return shortest(type.type);
  return type.kind === Kind.LIST_TYPE ? [] : 1;
}

/** Where the size is not known, the largest that a list of ids may have is assumed anyway. */
function longest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return longest(type.type);
  return type.kind === Kind.LIST_TYPE ? undefined : limits.pageSize.value;
}

/**
 * @param isSelected whether what depends on variables is selected
 * @param runs that whatever goes over runs finds
 */
function maxCostOf(node: CostNode, variables: Variables, isSelected: boolean, runs: number): number {
  const { conditions, base, perItem, size, children, scan } = node;
  if (conditions.length > 0 && !isSelected) return 0;
  const itemCost = children.reduce((cost, part) => cost + maxCostOf(part, variables, isSelected, runs), perItem);
  const scanned = scan === null ? 0 : scan.points * runs;
  return base + scanned + (typeof size === 'number' ? size : size(variables)) * itemCost;
}
