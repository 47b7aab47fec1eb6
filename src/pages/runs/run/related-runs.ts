// Runs before and after a run: the adjacent runs in the list from which it was opened, and the runs with the same
// context or reference.

import { useQuery } from '../../shared/api/use-query.js';
import { filterOf } from '../filters/filter-fields.js';
import {
  type AdjacentRuns,
  type RelatedRun,
  type RelatedRuns as RelatedRunsPage,
  type RelatedRunsVariables,
  type Run,
  relatedRunsQuery,
  type TaskRunFilter,
} from '../operations.js';
import { type RunPath, scopeOfRun } from '../run-url.js';
import { orderOf as listOrderOf } from '../table/run-list.js';

export interface AdjacentRun {
  readonly run: RelatedRun;
  /** The position in a list that is not ordered newest first. */
  readonly place: string | undefined;
}

export interface RelatedRuns {
  /** The previous run in the list. */
  readonly newer: AdjacentRun | undefined;
  readonly older: AdjacentRun | undefined;
  /** Runs with the same context, oldest first, including the run itself; empty without others. */
  readonly sameContext: readonly RelatedRun[];
  readonly sameReference: readonly RelatedRun[];
  readonly isLoading: boolean;
}

export function useRelatedRuns(path: RunPath, run: Run | undefined, params: URLSearchParams): RelatedRuns {
  const { response, isLoading } = useQuery(relatedRunsQuery, run && variablesOf(path, run, params));
  const data = response?.data;
  const hasPlace = params.has('place');
  const isLater = (other: RelatedRun) => run !== undefined && orderOf(other) > orderOf(run);
  return {
    newer: adjacentRunsIn(data?.newer, hasPlace).find((other) => hasPlace || isLater(other.run)),
    older: adjacentRunsIn(data?.older, hasPlace)[0],
    sameContext: inOrder(data?.contextBefore, data?.contextAfter),
    sameReference: inOrder(data?.referenceBefore, data?.referenceAfter),
    isLoading,
  };
}

function variablesOf(
  path: RunPath,
  { created, contextId, reference }: Run,
  params: URLSearchParams,
): RelatedRunsVariables {
  // The run is within the period of its list.
  const before = (filter: TaskRunFilter) => ({ ...filter, createdBefore: created });
  const after = (filter: TaskRunFilter) => ({ ...filter, createdAfter: created });
  const inList = filterOf(params);
  const inContext = { contextId: { eq: contextId } };
  const inReference = { reference: { eq: reference } };
  const place = params.get('place');
  const order = listOrderOf(params);
  return {
    ...scopeOfRun(path, params),
    ownProjectId: path.projectId,
    ...(place === null
      ? {
          newer: after(inList),
          newerOrder: 'CREATED_ASC',
          // Runs of the same microsecond are ordered by id, so a few more than one are read.
          newerFirst: 5,
          older: before(inList),
          olderOrder: 'CREATED_DESC',
        }
      : { newer: inList, newerOrder: order, newerLast: 1, older: inList, olderOrder: order, place }),
    contextBefore: before(inContext),
    contextAfter: after(inContext),
    referenceBefore: before(inReference),
    referenceAfter: after(inReference),
    hasContext: Boolean(contextId),
    hasReference: Boolean(reference),
  };
}

function adjacentRunsIn(page: AdjacentRuns | null | undefined, hasPlace: boolean): readonly AdjacentRun[] {
  return (page?.edges ?? []).flatMap(({ cursor, node }) =>
    node === null ? [] : { run: node, place: hasPlace ? cursor : undefined },
  );
}

function runsIn(page: RelatedRunsPage | null | undefined): readonly RelatedRun[] {
  return (page?.nodes ?? []).filter((run) => run !== null);
}

function inOrder(
  before: RelatedRunsPage | null | undefined,
  after: RelatedRunsPage | null | undefined,
): readonly RelatedRun[] {
  const runs = [...runsIn(before).toReversed(), ...runsIn(after)];
  return runs.length > 1 ? runs : [];
}

function orderOf({ created, id }: { readonly created: string; readonly id: string }): string {
  return `${created} ${id}`;
}
