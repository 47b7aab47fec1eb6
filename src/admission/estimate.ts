// Estimates the cost of operations before they are executed.

import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { declareLimit } from '../limits.js';
import { costOf, costsByPath, type PlanValues } from './cost-fold.js';
import { type CostNode, type Fragments, planCost, type ScanNode } from './cost-plan.js';
import type { Variables } from './field-arguments.js';
import type { CostOfPath } from './request-cost.js';
import type { ScopeSizes } from './scope-size.js';
import { weights as ownWeights, type Scan } from './weights.js';

/** The variables as the client sent them, unchecked. */
type GivenVariables = Variables | null | undefined;

/** Maximum number of expensive fields in an error. */
const maxPaths = declareLimit(5, {
  section: 'Inside',
  name: 'fields in an error about costs',
  beyond: 'the others are omitted',
});

/** The cost of an operation for any values of its variables. */
export class CostFormula {
  /** The number of fields. */
  readonly fields: number;
  readonly #root: CostNode;
  /** The defaults of the operation's variables. */
  readonly #defaults: Variables | null;

  /** @param document a valid document */
  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, weights = ownWeights) {
    this.#root = planCost(schema, fragmentsOf(document), operation, weights);
    this.fields = countFields(this.#root);
    this.#defaults = defaultsOf(operation);
  }

  /** Returns the cost in points. */
  estimate(variables: GivenVariables, sizes: ScopeSizes): number {
    return Math.ceil(this.estimateExactly(variables, sizes));
  }

  /** Returns the cost without rounding up. */
  estimateExactly(variables: GivenVariables, sizes: ScopeSizes): number {
    if (this.#root.constant !== null) return this.#root.constant;
    const { items, scans } = costOf(this.#root, this.#valuesWith(variables, sizes));
    return items + scans;
  }

  /** Returns the fields with the highest costs, most expensive first. */
  mostExpensive(variables: GivenVariables, sizes: ScopeSizes): CostOfPath[] {
    const costs = costsByPath(this.#root, this.#valuesWith(variables, sizes));
    const paths = Array.from(costs, ({ path, cost }) => ({ path, cost: Math.ceil(cost) }));
    return paths.sort((one, other) => other.cost - one.cost).slice(0, maxPaths);
  }

  #valuesWith(variables: GivenVariables, sizes: ScopeSizes): PlanValues {
    return new ExpectedValues(this.#defaults === null ? (variables ?? {}) : { ...this.#defaults, ...variables }, sizes);
  }
}

/** The values of an estimate. */
class ExpectedValues implements PlanValues {
  readonly #runsByField = new Map<FieldNode, Map<Scan['source'], number>>();

  constructor(
    readonly variables: Variables,
    private readonly sizes: ScopeSizes,
  ) {}

  isSelected({ conditions }: CostNode): boolean {
    return conditions.every((selects) => selects(this.variables));
  }

  scanPoints(scan: ScanNode): number {
    return scan.points(this.variables) * this.#runsOf(scan);
  }

  /** Reads the arguments only once: they may contain thousands of values and apply to thousands of fields. */
  #runsOf({ source, field, argumentsFor }: ScanNode): number {
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
