// From what an operation selects on a run to what the run's statement has to read.

import { type FieldNode, type GraphQLResolveInfo, isObjectType, Kind, type SelectionNode } from 'graphql';
import { coreProperties, RunPart, type RunParts } from '../task-runs/run-parts.js';
import { isIncluded } from './conditions.js';

/** The path of a run is always read, as are the stubs that hold no more than a part of it. */
const pathFields = ['orgId', 'projectId', 'organization', 'project', 'task'];

const partOfField: ReadonlyMap<string, RunParts> = new Map([
  ...['__typename', ...pathFields, ...coreProperties].map((field) => [field, RunPart.none] as const),
  ['response', RunPart.response],
  ['runData', RunPart.runData],
  ['submitted', RunPart.submitted],
  ['reportingGroup', RunPart.reportingGroup],
  ['files', RunPart.files],
]);

type SelectionSource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/**
 * The parts that the field's own selection asks for on a run: through fragments, without what @skip and @include leave
 * out, and without what is selected on the other types that an entity may be of.
 */
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
      return partsOfFragment(node.typeCondition?.name.value, node.selectionSet.selections, source);
    case Kind.FRAGMENT_SPREAD: {
      const fragment = source.fragments[node.name.value];
      return partsOfFragment(fragment?.typeCondition.name.value, fragment?.selectionSet.selections ?? [], source);
    }
  }
}

function partsOfFragment(
  type: string | undefined,
  selections: readonly SelectionNode[],
  source: SelectionSource,
): RunParts {
  const isOnOtherType = type !== undefined && type !== 'TaskRun' && isObjectType(source.schema.getType(type));
  return isOnOtherType ? RunPart.none : partsOf(selections, source);
}
