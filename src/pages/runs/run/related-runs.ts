// What happened before and after a run: its neighbours in the list that it is looked at from, and the runs that have its
// context or its reference.

import {
  type RelatedRun,
  type RelatedRuns as RelatedRunsPage,
  type Run,
  relatedRunsQuery,
  type TaskRunFilter,
} from '../../operations.js';
import { useQuery } from '../../shared/api/use-query.js';
import { filterOf } from '../filters/filter-fields.js';
import { type RunPath, scopeOfRun } from '../run-url.js';

export interface RelatedRuns {
  readonly newer: RelatedRun | undefined;
  readonly older: RelatedRun | undefined;
  /** Oldest first, the run itself among them; empty where there is no other. */
  readonly ofContext: readonly RelatedRun[];
  readonly ofReference: readonly RelatedRun[];
  readonly isLoading: boolean;
}

export function useRelatedRuns(path: RunPath, run: Run | undefined, params: URLSearchParams): RelatedRuns {
  const { response, isLoading } = useQuery(relatedRunsQuery, run && variablesOf(path, run, params));
  const data = response?.data;
  const isLater = (other: RelatedRun) => run !== undefined && orderOf(other) > orderOf(run);
  return {
    newer: runsIn(data?.newer).find(isLater),
    older: runsIn(data?.older)[0],
    ofContext: inOrder(data?.contextBefore, data?.contextAfter),
    ofReference: inOrder(data?.referenceBefore, data?.referenceAfter),
    isLoading,
  };
}

function variablesOf(path: RunPath, { created, contextId, reference }: Run, params: URLSearchParams) {
  // The run is in the period of its list.
  const before = (filter: TaskRunFilter) => ({ ...filter, createdBefore: created });
  const after = (filter: TaskRunFilter) => ({ ...filter, createdAfter: created });
  const inList = filterOf(params);
  const inContext = { contextId: { eq: contextId } };
  const inReference = { reference: { eq: reference } };
  return {
    ...scopeOfRun(path, params),
    newer: after(inList),
    older: before(inList),
    contextBefore: before(inContext),
    contextAfter: after(inContext),
    referenceBefore: before(inReference),
    referenceAfter: after(inReference),
    hasContext: Boolean(contextId),
    hasReference: Boolean(reference),
  };
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
