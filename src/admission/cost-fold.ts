// The one walk over a cost plan. Estimates and bounds differ in the values that they give it.

import type { CostNode, ScanNode } from './cost-plan.js';
import type { Variables } from './field-arguments.js';

/** The values that the cost of a plan depends on. */
export interface PlanValues {
  readonly variables: Variables;
  isSelected(node: CostNode): boolean;
  /** Returns the points of a scan, for a single list or statistic. */
  scanPoints(scan: ScanNode): number;
}

/** The cost of a node, in points. */
export interface NodeCost {
  /** For one occurrence of the node, without scans. */
  readonly items: number;
  /** The scans of all occurrences. */
  readonly scans: number;
}

/** Where a node is in its plan. */
export interface Occurrences {
  /** How often the node occurs: once for each value above it. */
  readonly multiplicity: number;
  /** How many lists or statistics the node belongs to. Each field scans the runs of each once. */
  readonly scopes: number;
}

export const once: Occurrences = { multiplicity: 1, scopes: 1 };
const noCost: NodeCost = { items: 0, scans: 0 };

export function costOf(node: CostNode, values: PlanValues, occurrences = once): NodeCost {
  const { constant, base, perItem, children, scan } = node;
  if (constant !== null) return { items: constant, scans: 0 };
  if (!values.isSelected(node)) return noCost;
  const size = sizeOf(node, values);
  const below = occurrencesBelow(node, size, occurrences);
  let items = perItem;
  let scans = scan === null ? 0 : values.scanPoints(scan) * below.scopes;
  for (const child of children) {
    const cost = costOf(child, values, below);
    items += cost.items;
    scans += cost.scans;
  }
  return { items: base + size * items, scans };
}

/** Yields each node that costs anything, with its cost and its path, before those below it. */
export function* costsByPath(
  node: CostNode,
  values: PlanValues,
  parentPath = '',
  occurrences = once,
): Generator<{ readonly path: string; readonly cost: number }> {
  const { items, scans } = costOf(node, values, occurrences);
  const cost = items * occurrences.multiplicity + scans;
  if (cost === 0) return;
  const path = node.key === null ? parentPath : `${parentPath}${parentPath && '.'}${node.key}`;
  if (node.key !== null) yield { path, cost };
  const below = occurrencesBelow(node, sizeOf(node, values), occurrences);
  for (const child of node.children) yield* costsByPath(child, values, path, below);
}

function occurrencesBelow({ opensScope }: CostNode, size: number, { multiplicity, scopes }: Occurrences): Occurrences {
  return { multiplicity: multiplicity * size, scopes: opensScope ? multiplicity : scopes };
}

function sizeOf({ size }: CostNode, { variables }: PlanValues): number {
  return typeof size === 'number' ? size : size(variables);
}
