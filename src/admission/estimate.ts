// Estimates the cost of operations before they are executed.

import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { type CostNode, type Fragments, planCost, type ScanNode, sizeWith } from './cost-plan.js';
import type { Variables } from './field-arguments.js';
import type { CostOfPath } from './request-cost.js';
import type { ScopeSizes } from './scope-size.js';
import { weights as ownWeights, type Scan } from './weights.js';

/** Unchecked, as the client sent them. */
type GivenVariables = Variables | null | undefined;

// limit | Inside | fields in an error about costs | | the others are omitted
/** The most expensive fields that an error names. */
const maxPaths = 5;

/** The cost of an operation for any values of its variables. */
export class CostFormula {
  /** The number of its fields. */
  readonly fields: number;
  readonly #root: CostNode;
  /** The defaults of the operation's variables. */
  readonly #defaults: Variables | null;

  /** @param document valid */
  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, weights = ownWeights) {
    this.#root = planCost(schema, fragmentsOf(document), operation, weights);
    this.fields = countFields(this.#root);
    this.#defaults = defaultsOf(operation);
  }

  /** Returns the cost in points. */
  estimate(variables: GivenVariables, sizes: ScopeSizes): number {
    return Math.ceil(this.estimateExactly(variables, sizes));
  }

  /** Returns the same before it is rounded up. */
  estimateExactly(variables: GivenVariables, sizes: ScopeSizes): number {
    return this.#root.constant ?? costOf(this.#root, this.#valuesWith(variables, sizes));
  }

  /** Returns the fields that cost most, the most expensive first. */
  mostExpensive(variables: GivenVariables, sizes: ScopeSizes): CostOfPath[] {
    const paths = [...pathsBelow(this.#root, this.#valuesWith(variables, sizes))];
    return paths.sort((one, other) => other.cost - one.cost).slice(0, maxPaths);
  }

  #valuesWith(variables: GivenVariables, sizes: ScopeSizes): Values {
    return new Values(this.#defaults === null ? (variables ?? {}) : { ...this.#defaults, ...variables }, sizes);
  }
}

/** The values that an estimate depends on. */
class Values {
  readonly #runsByField = new Map<FieldNode, Map<Scan['source'], number>>();

  constructor(
    readonly variables: Variables,
    private readonly sizes: ScopeSizes,
  ) {}

  /** Reads arguments only once: they may be thousands of values, of thousands of fields below. */
  runsOf({ source, field, argumentsFor }: ScanNode): number {
    const fieldRuns = this.#runsByField.get(field) ?? new Map<Scan['source'], number>();
    this.#runsByField.set(field, fieldRuns);
    const runs = fieldRuns.get(source) ?? this.sizes[source](argumentsFor(this.variables));
    fieldRuns.set(source, runs);
    return runs;
  }
}

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables | null {
  const given = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
  );
  return given.length === 0 ? null : Object.fromEntries(given);
}

function countFields({ children }: CostNode): number {
  return children.reduce((count, part) => count + countFields(part), 1);
}

function costOf(node: CostNode, values: Values): number {
  return itemCostOf(node, values) + scanCostOf(node, values);
}

/** Without what depends on the number of runs. */
function itemCostOf(node: CostNode, values: Values): number {
  const { constant, base, perItem, children } = node;
  if (constant !== null) return constant;
  if (!isSelected(node, values)) return 0;
  let itemCost = perItem;
  for (const part of children) itemCost += itemCostOf(part, values);
  return base + sizeWith(node, values.variables) * itemCost;
}

/**
 * The runs are gone over once for a field, however many sets it is selected of, for each list or statistic.
 * @param multiplicity how often the node is there, for each value above it
 * @param scopes how many lists or statistics the node belongs to
 */
function scanCostOf(node: CostNode, values: Values, multiplicity = 1, scopes = 1): number {
  const { constant, children, scan, opensScope } = node;
  if (constant !== null || !isSelected(node, values)) return 0;
  const ownScopes = opensScope ? multiplicity : scopes;
  let scanned = scan === null ? 0 : scan.points(values.variables) * values.runsOf(scan) * ownScopes;
  const childMultiplicity = multiplicity * sizeWith(node, values.variables);
  for (const part of children) scanned += scanCostOf(part, values, childMultiplicity, ownScopes);
  return scanned;
}

function isSelected({ conditions }: CostNode, { variables }: Values): boolean {
  return conditions.every((selects) => selects(variables));
}

/** @param multiplicity and `scopes` as for {@link scanCostOf} */
function* pathsBelow(node: CostNode, values: Values, path = '', multiplicity = 1, scopes = 1): Generator<CostOfPath> {
  const cost = itemCostOf(node, values) * multiplicity + scanCostOf(node, values, multiplicity, scopes);
  if (cost === 0) return;
  const own = node.key === null ? path : `${path}${path && '.'}${node.key}`;
  if (node.key !== null) yield { path: own, cost: Math.ceil(cost) };
  const childMultiplicity = multiplicity * sizeWith(node, values.variables);
  const ownScopes = node.opensScope ? multiplicity : scopes;
  for (const part of node.children) yield* pathsBelow(part, values, own, childMultiplicity, ownScopes);
}
