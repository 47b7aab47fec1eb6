// The values that are offered next to a list, each with the number of its runs.

import { requestGraphql } from '../../shared/api/graphql-client.js';
import { useRequest } from '../../shared/api/use-request.js';
import { shortId } from '../../shared/format/format-id.js';
import { useSession } from '../../shared/token/token-store.js';
import { changedParams, useLocation } from '../navigation.js';
import { type FacetData, type FacetVariables, facetQuery } from '../operations.js';
import { nameWithProject, useHasPayload } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import type { FacetValue } from './facet-items.js';
import { byFallback, excluded, type FacetField, facetFields, filterOf, none } from './filter-fields.js';

/** Values by the parameter of their filter. */
export type Facets = ReadonlyMap<string, readonly FacetValue[]>;

/** The tasks of a project. The page's scope can be one of them. */
export const taskFacet: FacetField = {
  param: 'task',
  label: 'Task',
  dimension: 'TASK',
  toFilter: () => ({}),
};

/** If counts take longer, the values are shown without them until they arrive. */
const maxMs = 1000;
const maxValues = 50;

/** Returns the fields whose values are offered in a scope. Until it is known, the scope is an organization. */
export function useFacetFields(scope: Scope | undefined): readonly FacetField[] {
  const hasPayload = useHasPayload(scope);
  const isOfTask = (scope?.taskId ?? null) !== null;
  const isOfProject = (scope?.projectId ?? null) !== null;
  const offered = facetFields.filter(
    ({ isPayload = false, dimension }) =>
      (hasPayload || !isPayload) &&
      // Revisions of different tasks have the same names.
      (isOfTask || dimension !== 'REVISION') &&
      (!isOfProject || (dimension !== 'PROJECT' && dimension !== 'TASK')),
  );
  return isOfProject && !isOfTask ? [taskFacet, ...offered] : offered;
}

const noFacets: Facets = new Map();

/**
 * Returns the values of each facet among the runs that match the other filters. Values whose request fails lose their
 * counts.
 * @param isEnabled false while something more important is loading
 */
export function useFacets(scope: Scope | undefined, isEnabled: boolean): Facets {
  const { params } = useLocation();
  const isReady = useSession() === 'ready';
  const fields = useFacetFields(scope);
  const scopeJson = scope && JSON.stringify(scope);
  const requests = scope && fields.map((field) => [field.param, variablesOf(field, scope, params)] as const);
  const { data } = useRequest<ScopeFacets>(
    requests && JSON.stringify(requests),
    async (signal, show, previous) => {
      let shown = facetsOf(previous, scopeJson);
      const pending = new Set(requests!.map(([param]) => param));
      const set = (param: string, values: readonly FacetValue[] | undefined) => {
        shown = new Map(shown).set(param, values ?? withoutCounts(shown.get(param)));
        show({ scopeJson, facets: shown });
      };
      const timer = setTimeout(() => {
        for (const param of pending) set(param, undefined);
      }, maxMs);
      const read = async ([param, variables]: readonly [string, FacetVariables]) => {
        const values = await requestGraphql(facetQuery, variables, signal)
          .then(({ data }) => valuesOf(param, data, scope!))
          .catch(() => undefined);
        pending.delete(param);
        set(param, values);
      };
      await Promise.all(requests!.map(read));
      clearTimeout(timer);
      return { data: { scopeJson, facets: shown } };
    },
    { isEnabled: isReady && isEnabled, isSentOnce: true },
  );
  return facetsOf(data, scopeJson);
}

/** Facets with their scope. Another scope must not show them while its own are loading. */
interface ScopeFacets {
  readonly scopeJson: string | undefined;
  readonly facets: Facets;
}

function facetsOf(data: ScopeFacets | undefined, scopeJson: string | undefined): Facets {
  return data !== undefined && data.scopeJson === scopeJson ? data.facets : noFacets;
}

/** The values of a facet are those among the runs that match all other filters. */
function variablesOf({ param, dimension, among }: FacetField, scope: Scope, params: URLSearchParams): FacetVariables {
  const others = filterOf(changedParams(params, { [param]: null, [excluded(param)]: null }));
  return { ...scope, filter: { ...others, ...among }, dimension, first: maxValues };
}

/** Returns `undefined` if the response has none. */
function valuesOf(param: string, data: FacetData | null, scope: Scope): readonly FacetValue[] | undefined {
  const field = [taskFacet, ...facetFields].find((facet) => facet.param === param);
  return data?.taskRunStats?.groupBy.flatMap((group) => {
    const { value, runs, fallbacks, project, task, taskRevision, reportingGroup, user } = group;
    if (value === null) return field?.hasNone ? { value: none, name: none, runs } : [];
    if (field?.dimension === 'STATUS' && value === 'SUCCESS') {
      const succeeded = { value, name: choiceOf(field, value) ?? value, runs };
      if (fallbacks === 0) return succeeded;
      return [succeeded, { value: byFallback, name: choiceOf(field, byFallback) ?? byFallback, runs: fallbacks }];
    }
    const named = nameWithProject(task ?? reportingGroup, scope) ?? (project ?? taskRevision ?? user)?.name;
    return { value, name: choiceOf(field, value) ?? named ?? shortId(value), runs };
  });
}

function choiceOf(field: Pick<FacetField, 'choices'> | undefined, value: string): string | undefined {
  return field?.choices?.find(([choice]) => choice === value)?.[1];
}

function withoutCounts(values: readonly FacetValue[] = []): readonly FacetValue[] {
  return values.map(({ value, name }) => ({ value, name }));
}

/**
 * Returns the name of a value, or its short form if the name is not known.
 * @param names the names of projects and tasks by id: a facet contains only those with runs
 */
export function nameOfValue(
  field: Pick<FacetField, 'param' | 'choices'>,
  value: string,
  facets: Facets,
  names: ReadonlyMap<string, string>,
): string {
  const found = facets.get(field.param)?.find((facetValue) => facetValue.value === value);
  return choiceOf(field, value) ?? found?.name ?? names.get(value) ?? shortId(value);
}
