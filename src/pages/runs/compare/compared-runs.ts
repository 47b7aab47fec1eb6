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
import { withModel } from '../run/run-model.js';
import { type Baseline, baselineIn } from './baseline.js';

export function useComparedRuns(ids: readonly string[]): QueryState<ComparedRunsData> {
  return useQuery(withModel(comparedRunsQuery), ids.length === 0 ? undefined : { ids });
}

/** Returns `undefined` if the object does not exist, is not visible, or is not a run. */
export function runIn(data: ComparedRunsData | null | undefined, id: string | null): ComparedRun | undefined {
  return data?.nodes?.find((node): node is ComparedRun => node?.id === id && 'taskRevisionId' in node);
}

/**
 * Searches for the run to compare with. If the URL does not name another run, adds its id to the URL.
 * @returns `isNone` if the task has no other success
 */
export function useBaseline(
  run: ComparedRun | undefined,
  isNamed: boolean,
): QueryState<PartnerData> & { readonly baseline: Baseline | undefined; readonly isNone: boolean } {
  const state = useQuery(partnerQuery, run && partnerVariables(run));
  const data = state.isCurrent ? state.response?.data : undefined;
  const baseline = run && data ? baselineIn(data, run.id) : undefined;
  const id = baseline?.id;
  useEffect(() => {
    if (!isNamed && id !== undefined) setParams({ with: id }, { replace: true });
  }, [isNamed, id]);
  return { ...state, baseline, isNone: !isNamed && data !== undefined && !state.isLoading && id === undefined };
}

function partnerVariables({ orgId, projectId, taskId, created, contextId }: ComparedRun): PartnerVariables {
  const before = (filter: TaskRunFilter = {}) => ({ ...filter, status: 'SUCCESS', createdBefore: created }) as const;
  const after = (filter: TaskRunFilter = {}) => ({ ...filter, status: 'SUCCESS', createdAfter: created }) as const;
  const sameContext = { contextId: { eq: contextId } };
  return {
    orgId,
    projectId,
    taskId,
    contextBefore: before(sameContext),
    contextAfter: after(sameContext),
    taskBefore: before(),
    taskAfter: after(),
    hasContext: Boolean(contextId),
  };
}
