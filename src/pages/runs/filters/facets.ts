// The values that are offered next to a list, each with the number of its runs.

import { useEffect, useRef, useState } from 'react';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { shortId } from '../../shared/format/format-id.js';
import { useSession, useSessionKey } from '../../shared/token/token-store.js';
import { changedParams, useLocation } from '../navigation.js';
import { type FacetData, type FacetVariables, facetQuery } from '../operations.js';
import { type Scope, useHasPayload } from '../scope/scope.js';
import { excluded, type FacetField, facetFields, filterOf, none } from './filter-fields.js';

export interface FacetValue {
  readonly value: string;
  readonly name: string;
  /** undefined: they were not counted. */
  readonly runs?: number;
}

/** Values by the parameter of their filter. */
export type Facets = ReadonlyMap<string, readonly FacetValue[]>;

/** The tasks of a project: the scope of the page takes one. */
export const taskFacet: FacetField = {
  param: 'task',
  label: 'Task',
  dimension: 'TASK',
  toFilter: () => ({}),
};

/** Where counts take longer, the values stay without them until they arrive. */
const maxMs = 1000;
const maxValues = 50;

/** Returns the fields whose values are offered in a scope. */
export function useFacetFields(scope: Scope | undefined): readonly FacetField[] {
  const hasPayload = useHasPayload(scope);
  const offered = facetFields.filter(({ isPayload = false }) => hasPayload || !isPayload);
  if (scope?.taskId !== null) return offered;
  // Revisions of different tasks have the same names.
  return [taskFacet, ...offered.filter(({ dimension }) => dimension !== 'REVISION')];
}

/**
 * Returns the values of each facet among the runs of the other filters.
 * @param isEnabled false while something more important is on its way
 */
export function useFacets(scope: Scope | undefined, isEnabled: boolean): Facets {
  const { params } = useLocation();
  const sessionKey = useSessionKey();
  const isReady = useSession() === 'ready';
  const fields = useFacetFields(scope);
  const [facets, setFacets] = useState<Facets>(new Map());
  const counted = useRef<string>(undefined);
  const requests = JSON.stringify(
    scope === undefined ? [] : fields.map((field) => [field.param, variablesOf(field, scope, params)]),
  );
  const key = JSON.stringify([sessionKey, scope]);
  useEffect(() => setFacets(new Map()), [key]);
  useEffect(() => {
    const newest = key + requests;
    if (!isReady || !isEnabled || counted.current === newest) return;
    counted.current = newest;
    const controller = new AbortController();
    const variablesByParam = new Map(JSON.parse(requests) as readonly [string, FacetVariables][]);
    const pending = new Set(variablesByParam.keys());
    const set = (param: string, values: readonly FacetValue[] | undefined) =>
      setFacets((before) => new Map(before).set(param, values ?? withoutCounts(before.get(param))));
    const timer = setTimeout(() => {
      for (const param of pending) set(param, undefined);
    }, maxMs);
    for (const [param, variables] of variablesByParam) {
      requestGraphql(facetQuery, variables, controller.signal)
        .then(({ data }) => valuesOf(param, data))
        .catch(() => undefined)
        .then((values) => {
          pending.delete(param);
          if (!controller.signal.aborted) set(param, values);
        });
    }
    return () => {
      if (pending.size > 0) counted.current = undefined;
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, requests, isReady, isEnabled]);
  return facets;
}

/** The values of a facet are those among the runs of all other filters. */
function variablesOf({ param, dimension, among }: FacetField, scope: Scope, params: URLSearchParams): FacetVariables {
  const others = filterOf(changedParams(params, { [param]: null, [excluded(param)]: null }));
  return { ...scope, filter: { ...others, ...among }, dimension, first: maxValues };
}

/** Returns undefined where the response has none. */
function valuesOf(param: string, data: FacetData | null): readonly FacetValue[] | undefined {
  const field = [taskFacet, ...facetFields].find((each) => each.param === param);
  return data?.taskRunStats?.groupBy.flatMap(({ value, runs, task, taskRevision, reportingGroup, user }) => {
    if (value === null) return field?.hasNone ? { value: none, name: none, runs } : [];
    const name = choiceOf(field, value) ?? (task ?? taskRevision ?? reportingGroup ?? user)?.name ?? shortId(value);
    return { value, name, runs };
  });
}

function choiceOf(field: Pick<FacetField, 'choices'> | undefined, value: string): string | undefined {
  return field?.choices?.find(([each]) => each === value)?.[1];
}

function withoutCounts(values: readonly FacetValue[] = []): readonly FacetValue[] {
  return values.map(({ value, name }) => ({ value, name }));
}

/** Returns the name of a value, or a short form of it where the name is not known. */
export function nameOfValue(field: Pick<FacetField, 'param' | 'choices'>, value: string, facets: Facets): string {
  const found = facets.get(field.param)?.find((each) => each.value === value);
  return choiceOf(field, value) ?? found?.name ?? shortId(value);
}
