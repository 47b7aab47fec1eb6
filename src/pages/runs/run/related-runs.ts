// What happened before and after a run: its neighbours in the list that it is looked at from, and the runs that have its
// context or its reference.

import { useQuery } from '../../shared/api/use-query.js';
import { filterOf, type RunFilter } from '../filters/filter-fields.js';
import { type RunPath, scopeOfRun } from '../run-url.js';
import type { Run } from './run-query.js';

export interface RelatedRun {
  readonly id: string;
  readonly taskId: string;
  readonly created: string;
  readonly isError: boolean;
  readonly usedFallbackModel: boolean;
  readonly primaryFailureReason: string | null;
  readonly llmCallTiming: number | null;
  readonly chargedCredits: string | null;
  readonly failureMessage: string | null;
  readonly responsePreview: string | null;
  readonly task: { readonly name: string | null };
}

interface Nodes {
  readonly nodes: readonly (RelatedRun | null)[];
}

interface Data {
  readonly newer: Nodes | null;
  readonly older: Nodes | null;
  readonly contextBefore?: Nodes | null;
  readonly contextAfter?: Nodes | null;
  readonly referenceBefore?: Nodes | null;
  readonly referenceAfter?: Nodes | null;
}

const variables = ['newer', 'older', 'contextBefore', 'contextAfter', 'referenceBefore', 'referenceAfter']
  .map((name) => `$${name}: TaskRunFilter`)
  .join(', ');
const projectArguments = 'orgId: $orgId, projectId: $projectId';

/** Runs of one microsecond are in the order of their ids: a few more are read than one. */
const query = `query RelatedRuns($orgId: ID!, $projectId: ID!, $taskId: ID, ${variables}, $hasContext: Boolean!, $hasReference: Boolean!) {
  newer: taskRuns(${projectArguments}, taskId: $taskId, filter: $newer, orderBy: CREATED_ASC, first: 5) { ...Related }
  older: taskRuns(${projectArguments}, taskId: $taskId, filter: $older, first: 1) { ...Related }
  contextBefore: taskRuns(${projectArguments}, filter: $contextBefore, first: 10) @include(if: $hasContext) { ...Related }
  contextAfter: taskRuns(${projectArguments}, filter: $contextAfter, orderBy: CREATED_ASC, first: 11) @include(if: $hasContext) { ...Related }
  referenceBefore: taskRuns(${projectArguments}, filter: $referenceBefore, first: 10) @include(if: $hasReference) { ...Related }
  referenceAfter: taskRuns(${projectArguments}, filter: $referenceAfter, orderBy: CREATED_ASC, first: 11) @include(if: $hasReference) { ...Related }
}
fragment Related on TaskRunConnection {
  nodes {
    id taskId created isError usedFallbackModel primaryFailureReason llmCallTiming chargedCredits task { name }
    responsePreview(length: 120) failureMessage
  }
}`;

export interface RelatedRuns {
  readonly newer: RelatedRun | undefined;
  readonly older: RelatedRun | undefined;
  /** Oldest first, the run itself among them; empty where there is no other. */
  readonly ofContext: readonly RelatedRun[];
  readonly ofReference: readonly RelatedRun[];
  readonly isLoading: boolean;
}

export function useRelatedRuns(path: RunPath, run: Run | undefined, params: URLSearchParams): RelatedRuns {
  const { orgId, projectId, taskId } = scopeOfRun(path, params);
  const created = run?.created;
  // The run is in the period of its list.
  const before = (filter: RunFilter) => ({ ...filter, createdBefore: created });
  const after = (filter: RunFilter) => ({ ...filter, createdAfter: created });
  const context = { contextId: { eq: run?.contextId } };
  const reference = { reference: { eq: run?.reference } };
  const inList = filterOf(params);
  const { response, isLoading } = useQuery<Data>(run && query, {
    orgId,
    projectId,
    taskId,
    newer: after(inList),
    older: before(inList),
    contextBefore: before(context),
    contextAfter: after(context),
    referenceBefore: before(reference),
    referenceAfter: after(reference),
    hasContext: Boolean(run?.contextId),
    hasReference: Boolean(run?.reference),
  });
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

function runsIn(nodes: Nodes | null | undefined): readonly RelatedRun[] {
  return (nodes?.nodes ?? []).filter((run) => run !== null);
}

function inOrder(before: Nodes | null | undefined, after: Nodes | null | undefined): readonly RelatedRun[] {
  const runs = [...runsIn(before).toReversed(), ...runsIn(after)];
  return runs.length > 1 ? runs : [];
}

function orderOf({ created, id }: { readonly created: string; readonly id: string }): string {
  return `${created} ${id}`;
}
