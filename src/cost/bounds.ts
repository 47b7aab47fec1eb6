// Between what and what an operation is expected to cost, whatever its variables are, beside what depends on the number of
// runs in the database.

import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { limits } from '../limits.js';
import type { Variables } from './arguments.js';
import { type CostNode, planCost } from './cost-plan.js';
import { fragmentsOf } from './estimate.js';
import { weights } from './weights.js';

export interface CostBounds {
  readonly least: number;
  readonly most: number;
  /** At most, for each thousand runs that it goes over. */
  readonly ofThousandRuns: number;
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
  const most = (runs: number) => costOf(root, variablesWith(longest), true, runs);
  return {
    least: Math.ceil(costOf(root, variablesWith(shortest), false, 0)),
    most: Math.ceil(most(0)),
    ofThousandRuns: Math.ceil(most(1000) - most(0)),
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
function costOf(node: CostNode, variables: Variables, isSelected: boolean, runs: number): number {
  const { conditions, once, each, size, parts, scan } = node;
  if (conditions.length > 0 && !isSelected) return 0;
  const costOfEach = parts.reduce((cost, part) => cost + costOf(part, variables, isSelected, runs), each);
  const scanned = scan === null ? 0 : scan.points * runs;
  return once + scanned + (typeof size === 'number' ? size : size(variables)) * costOfEach;
}
