import { useEffect } from 'react';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { setParams } from '../navigation.js';
import { type Run, runFields } from '../run/run-query.js';

export interface ComparedRun extends Run {
  readonly orgId: string;
  readonly projectId: string;
}

export interface ComparedData {
  readonly nodes: readonly (ComparedRun | null | Record<string, never>)[] | null;
}

const query = `query ComparedRuns($ids: [ID!]!) {
  nodes(ids: $ids) { ... on TaskRun { orgId projectId ${runFields} } }
}`;

export function useComparedRuns(ids: readonly string[]): QueryState<ComparedData> {
  return useQuery<ComparedData>(ids.length === 0 ? undefined : query, { ids });
}

/** undefined: there is none, it cannot be seen, or it is no run. */
export function runIn(data: ComparedData | null | undefined, id: string | null): ComparedRun | undefined {
  return data?.nodes?.find((node): node is ComparedRun => node?.id === id && 'taskRevisionId' in node);
}

interface Nodes {
  readonly nodes: readonly ({ readonly id: string } | null)[];
}

type PartnerData = Readonly<Record<(typeof places)[number], Nodes | null | undefined>>;

/** Lists in which a success is searched, in this order. */
const places = [
  'contextBefore',
  'contextAfter',
  'referenceBefore',
  'referenceAfter',
  'taskBefore',
  'taskAfter',
] as const;

const listOf = (place: (typeof places)[number]) => {
  const task = place.startsWith('task') ? ', taskId: $taskId' : '';
  const order = place.endsWith('After') ? ', orderBy: CREATED_ASC' : '';
  const condition = place.startsWith('context')
    ? ' @include(if: $hasContext)'
    : place.startsWith('reference')
      ? ' @include(if: $hasReference)'
      : '';
  // The run itself may be among them.
  return `  ${place}: taskRuns(orgId: $orgId, projectId: $projectId${task}, filter: $${place}${order}, first: 2)${condition} { nodes { id } }`;
};

const partnerQuery = `query Partner($orgId: ID!, $projectId: ID!, $taskId: ID!, $hasContext: Boolean!, $hasReference: Boolean!,
  ${places.map((place) => `$${place}: TaskRunFilter`).join(', ')}) {
${places.map(listOf).join('\n')}
}`;

/**
 * Puts the last success of the same context, reference or task into the address, or else the next one, where the address
 * names no other run. Returns whether none was found.
 */
export function usePartner(
  run: ComparedRun | undefined,
  isNamed: boolean,
): QueryState<PartnerData> & { isNone: boolean } {
  const filters = (condition: object) => {
    const filter = { ...condition, status: 'SUCCESS' };
    return [
      { ...filter, createdBefore: run?.created },
      { ...filter, createdAfter: run?.created },
    ];
  };
  const values = [
    ...filters({ contextId: { eq: run?.contextId } }),
    ...filters({ reference: { eq: run?.reference } }),
    ...filters({}),
  ];
  const state = useQuery<PartnerData>(run && !isNamed ? partnerQuery : undefined, {
    orgId: run?.orgId,
    projectId: run?.projectId,
    taskId: run?.taskId,
    hasContext: Boolean(run?.contextId),
    hasReference: Boolean(run?.reference),
    ...Object.fromEntries(places.map((place, index) => [place, values[index]])),
  });
  const data = state.response?.data;
  const partner = places.flatMap((place) => data?.[place]?.nodes ?? []).find((node) => node && node.id !== run?.id)?.id;
  useEffect(() => {
    if (!isNamed && partner !== undefined) setParams({ with: partner }, { replace: true });
  }, [isNamed, partner]);
  return { ...state, isNone: data !== undefined && !state.isLoading && partner === undefined };
}
