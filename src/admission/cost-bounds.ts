// Minimum and maximum of an operation's expected cost over all values of its variables, and its cost per thousand runs
// in the database.

import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { costOf } from './cost-fold.js';
import { planCost } from './cost-plan.js';
import { fragmentsOf } from './estimate.js';
import type { Variables } from './field-arguments.js';
import { weights } from './weights.js';

export interface CostBounds {
  readonly min: number;
  readonly max: number;
  /** Maximum cost per thousand scanned runs. */
  readonly perThousandRuns: number;
}

/** @param document a valid document */
export function costBounds(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostBounds {
  const root = planCost(schema, fragmentsOf(document), operation, weights);
  const { variableDefinitions = [] } = operation;
  const variablesWith = (valueFor: (type: TypeNode) => unknown): Variables =>
    Object.fromEntries(variableDefinitions.map(({ variable, type }) => [variable.name.value, valueFor(type)]));
  const cheapest = costOf(root, {
    variables: variablesWith(shortest),
    isSelected: ({ conditions }) => conditions.length === 0,
    scanPoints: () => 0,
  });
  const dearest = costOf(root, {
    variables: variablesWith(longest),
    isSelected: () => true,
    scanPoints: ({ maxPoints }) => maxPoints,
  });
  return {
    min: Math.ceil(cheapest.items),
    max: Math.ceil(dearest.items),
    perThousandRuns: Math.ceil(dearest.scans * 1000),
  };
}

/**
 * Returns the value of a variable that results in the lowest cost. Only page sizes and lists of ids affect the cost.
 */
function shortest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return shortest(type.type);
  return type.kind === Kind.LIST_TYPE ? [] : 1;
}

/**
 * Returns the value of a variable that results in the highest cost. A missing list of ids counts as the longest one
 * possible.
 */
function longest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return longest(type.type);
  return type.kind === Kind.LIST_TYPE ? undefined : Number.MAX_SAFE_INTEGER;
}
