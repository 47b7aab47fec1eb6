import { useEffect } from 'react';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { setParams } from '../navigation.js';
import {
  type ComparedRun,
  type ComparedRunsData,
  comparedRunsQuery,
  type PartnerData,
  type PartnerVariables,
  partnerQuery,
  type TaskRunFilter,
} from '../operations.js';

export function useComparedRuns(ids: readonly string[]): QueryState<ComparedRunsData> {
  return useQuery(comparedRunsQuery, ids.length === 0 ? undefined : { ids });
}

/** Returns `undefined` if the object does not exist, is not visible, or is not a run. */
export function runIn(data: ComparedRunsData | null | undefined, id: string | null): ComparedRun | undefined {
  return data?.nodes?.find((node): node is ComparedRun => node?.id === id && 'taskRevisionId' in node);
}

/** Lists that are searched for a success, in this order. */
const places = [
  'contextBefore',
  'contextAfter',
  'referenceBefore',
  'referenceAfter',
  'taskBefore',
  'taskAfter',
] as const;

/**
 * If the URL names no other run, adds the last success with the same context, reference or task to it, or otherwise the
 * next one. Returns whether none was found.
 */
export function usePartner(
  run: ComparedRun | undefined,
  isNamed: boolean,
): QueryState<PartnerData> & { isNone: boolean } {
  const state = useQuery(partnerQuery, run && !isNamed ? partnerVariables(run) : undefined);
  const data = state.response?.data;
  const partner = places.flatMap((place) => data?.[place]?.nodes ?? []).find((node) => node && node.id !== run?.id)?.id;
  useEffect(() => {
    if (!isNamed && partner !== undefined) setParams({ with: partner }, { replace: true });
  }, [isNamed, partner]);
  return { ...state, isNone: data !== undefined && !state.isLoading && partner === undefined };
}

function partnerVariables({ orgId, projectId, taskId, created, contextId, reference }: ComparedRun): PartnerVariables {
  const before = (filter: TaskRunFilter = {}) => ({ ...filter, status: 'SUCCESS', createdBefore: created }) as const;
  const after = (filter: TaskRunFilter = {}) => ({ ...filter, status: 'SUCCESS', createdAfter: created }) as const;
  const sameContext = { contextId: { eq: contextId } };
  const sameReference = { reference: { eq: reference } };
  return {
    orgId,
    projectId,
    taskId,
    contextBefore: before(sameContext),
    contextAfter: after(sameContext),
    referenceBefore: before(sameReference),
    referenceAfter: after(sameReference),
    taskBefore: before(),
    taskAfter: after(),
    hasContext: Boolean(contextId),
    hasReference: Boolean(reference),
  };
}
