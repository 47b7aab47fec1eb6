// The bounds of an operation's expected cost over all values of its variables, and its cost per thousand runs of the
// database.

import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { type CostNode, planCost, sizeWith } from './cost-plan.js';
import { fragmentsOf } from './estimate.js';
import type { Variables } from './field-arguments.js';
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
  return {
    min: Math.ceil(maxCostOf(root, variablesWith(shortest), false)),
    max: Math.ceil(maxCostOf(root, variablesWith(longest), true)),
    perThousandRuns: Math.ceil(maxScanPoints(root, variablesWith(longest)) * 1000),
  };
}

/** Returns the value of a variable for the lowest cost. Only sizes of pages and lists of ids affect the cost. */
function shortest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return shortest(type.type);
  return type.kind === Kind.LIST_TYPE ? [] : 1;
}

/** Returns the value of a variable for the highest cost: without a list of ids, the largest one is assumed. */
function longest(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return longest(type.type);
  return type.kind === Kind.LIST_TYPE ? undefined : Number.MAX_SAFE_INTEGER;
}

/** @param isSelected whether what depends on variables is selected */
function maxCostOf(node: CostNode, variables: Variables, isSelected: boolean): number {
  const { conditions, base, perItem, children } = node;
  if (conditions.length > 0 && !isSelected) return 0;
  const itemCost = children.reduce((cost, part) => cost + maxCostOf(part, variables, isSelected), perItem);
  return base + sizeWith(node, variables) * itemCost;
}

/** Returns the points per run of all fields that scan runs, for each list or statistic. */
function maxScanPoints(node: CostNode, variables: Variables, multiplicity = 1, scopes = 1): number {
  const { scan, children, opensScope } = node;
  const ownScopes = opensScope ? multiplicity : scopes;
  const childMultiplicity = multiplicity * sizeWith(node, variables);
  return children.reduce(
    (points, part) => points + maxScanPoints(part, variables, childMultiplicity, ownScopes),
    (scan?.maxPoints ?? 0) * ownScopes,
  );
}
