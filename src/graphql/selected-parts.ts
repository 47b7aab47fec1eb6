// From what an operation selects on a run to what the run's statement has to read.

import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';
import { coreProperties, RunPart, type RunParts } from '../task-runs/run-parts.js';
import { isIncluded } from './conditions.js';

const partOfField: ReadonlyMap<string, RunParts> = new Map([
  ...['__typename', ...coreProperties].map((field) => [field, RunPart.none] as const),
  ['response', RunPart.response],
  ['runData', RunPart.runData],
  ['submitted', RunPart.submitted],
  ['reportingGroup', RunPart.reportingGroup],
  ['files', RunPart.files],
]);

type SelectionSource = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>;

/** The parts that the field's own selection asks for: through fragments, without what @skip and @include leave out. */
export function selectedParts(info: SelectionSource & { readonly fieldNodes: readonly FieldNode[] }): RunParts {
  return info.fieldNodes.reduce(
    (parts, node) => parts | partsOf(node.selectionSet?.selections ?? [], info),
    RunPart.none as RunParts,
  );
}

function partsOf(selections: readonly SelectionNode[], source: SelectionSource): RunParts {
  return selections.reduce(
    (parts, node) => (isIncluded(node, source.variableValues) ? parts | partsOfNode(node, source) : parts),
    RunPart.none as RunParts,
  );
}

function partsOfNode(node: SelectionNode, source: SelectionSource): RunParts {
  switch (node.kind) {
    case Kind.FIELD:
      return partOfField.get(node.name.value) ?? RunPart.details;
    case Kind.INLINE_FRAGMENT:
      return partsOf(node.selectionSet.selections, source);
    case Kind.FRAGMENT_SPREAD:
      return partsOf(source.fragments[node.name.value]?.selectionSet.selections ?? [], source);
  }
}
