// Estimates the cost of operations before they are executed.

import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { type CostNode, type Fragments, planCost, type ScanNode, sizeWith } from './cost-plan.js';
import type { Variables } from './field-arguments.js';
import type { CostOfPath } from './request-cost.js';
import type { ScopeSizes } from './scope-size.js';
import { weights as ownWeights, type Scan, type Weights } from './weights.js';

export interface CostedOperation {
  /** Must be valid. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** Unchecked, as the client sent them. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface CostEstimator {
  /** In points. 0 where the document has no such operation. */
  estimate(operation: CostedOperation): number;
  /** The same before it is rounded up. */
  estimateExactly(operation: CostedOperation): number;
  /** The fields that cost most, the most expensive first. */
  mostExpensive(operation: CostedOperation): CostOfPath[];
  /** Returns the number of fields in the formulas that are kept with a document. */
  plannedFields(document: DocumentNode): number;
  /** Removes the formulas of a document. */
  forget(document: DocumentNode): void;
}

interface CostEstimatorOptions {
  readonly weights?: Weights;
  /** Called when a document has one formula more. */
  readonly onPlanned?: (document: DocumentNode) => void;
}

interface PlannedCost {
  readonly root: CostNode;
  readonly fields: number;
  /** The defaults of the operation's variables. */
  readonly defaults: Variables | null;
}

/** The values that an estimate depends on. */
interface Values {
  readonly variables: Variables;
  /** Each only once: arguments may be thousands of values, of thousands of fields below. */
  runsOf(scan: ScanNode): number;
}

// limit | Inside | fields in an error about costs | | the others are omitted
/** The most expensive fields that an error names. */
const maxPaths = 5;

export function createCostEstimator(
  schema: GraphQLSchema,
  sizes: ScopeSizes,
  { weights = ownWeights, onPlanned }: CostEstimatorOptions = {},
): CostEstimator {
  // Formulas are collected with their document.
  const plans = new WeakMap<DocumentNode, Map<OperationDefinitionNode, PlannedCost>>();

  const estimateExactly = (operation: CostedOperation) => {
    const planned = planFor(operation);
    return planned ? costOf(planned.root, valuesFor(operation, planned)) : 0;
  };

  return {
    estimate: (operation) => Math.ceil(estimateExactly(operation)),
    estimateExactly,
    mostExpensive(operation) {
      const planned = planFor(operation);
      if (!planned) return [];
      const paths = [...pathsBelow(planned.root, valuesFor(operation, planned))];
      return paths.sort((one, other) => other.cost - one.cost).slice(0, maxPaths);
    },
    plannedFields: (document) =>
      [...(plans.get(document)?.values() ?? [])].reduce((sum, { fields }) => sum + fields, 0),
    forget: (document) => plans.delete(document),
  };

  function valuesFor({ variables }: CostedOperation, { defaults }: PlannedCost): Values {
    const runsByField = new Map<FieldNode, Map<Scan['source'], number>>();
    const given = defaults === null ? (variables ?? {}) : { ...defaults, ...variables };
    return {
      variables: given,
      runsOf({ source, field, argumentsFor }) {
        const fieldRuns = runsByField.get(field) ?? new Map<Scan['source'], number>();
        runsByField.set(field, fieldRuns);
        const runs = fieldRuns.get(source) ?? sizes[source](argumentsFor(given));
        fieldRuns.set(source, runs);
        return runs;
      },
    };
  }

  function planFor({ document, operationName }: CostedOperation): PlannedCost | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const known = plans.get(document)?.get(operation);
    if (known) return known;
    const root = planCost(schema, fragmentsOf(document), operation, weights);
    const planned = { root, fields: countFields(root), defaults: defaultsOf(operation) };
    plans.set(document, (plans.get(document) ?? new Map()).set(operation, planned));
    onPlanned?.(document);
    return planned;
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
