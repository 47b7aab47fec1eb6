// The single traversal of a cost plan. Estimates and bounds differ only in the values that they pass to it.

import type { CostNode, ScanNode } from './cost-plan.js';
import type { Variables } from './field-arguments.js';

/** The values on which the cost of a plan depends. */
export interface PlanValues {
  readonly variables: Variables;
  isSelected(node: CostNode): boolean;
  /** Returns the points of a scan for a single list or statistic. */
  scanPoints(scan: ScanNode): number;
}

/** The cost of a node, in points. */
export interface NodeCost {
  /** Points for one occurrence of the node, without scans. */
  readonly items: number;
  /** Points for the scans of all occurrences. */
  readonly scans: number;
}

/** How often a node occurs in its plan. */
export interface Occurrences {
  /** How often the node occurs: once for each value of its ancestors. */
  readonly multiplicity: number;
  /** The number of lists or statistics to which the node belongs. Each field scans the runs of each of them once. */
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

/** Yields each node that has a cost, with its cost and path. Parents precede their children. */
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
