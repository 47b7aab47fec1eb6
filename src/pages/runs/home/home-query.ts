import { useState } from 'react';
import type { ApiError } from '../../shared/api/error-sentence.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { periodFilterOf } from '../filters/period.js';
import { type HomeData, type HomeProject, homeQuery } from '../operations.js';
import { useDefaultOrganization } from '../scope/scope.js';
import { useOrganizations, type VisibleProject } from '../scope/viewer.js';
import { type HomePeriod, homePeriodOf } from './home-period.js';

/** The API allows a statistic in at most this number of parent objects. */
const maxProjects = 100;

export interface HomeQuery extends QueryState<HomeData> {
  /** The projects in the figures. */
  readonly projects: readonly VisibleProject[];
  /** The period of the figures, which is the previous one while those of another are loading. */
  readonly period: HomePeriod;
  /** All organizations by id, if their projects are too many for one request. */
  readonly choices: ReadonlyMap<string, string> | undefined;
  /** The organization that is shown. */
  readonly chosen: string | undefined;
  /** The number of projects in the chosen organization that are not shown. */
  readonly omitted: number;
  readonly found: readonly HomeProject[];
}

/** Reads the period of all projects in one operation or, if that is too much, of one organization. */
export function useHome(params: URLSearchParams): HomeQuery {
  const period = homePeriodOf(params);
  const all = useOrganizations().flatMap(({ projects }) => projects);
  const whole = useFigures(all.length > maxProjects ? [] : all, period);
  const isTooMuch = all.length > maxProjects || isTooExpensive(whole.error);
  const organizations = new Map(all.map(({ orgId, orgName }) => [orgId, orgName ?? orgId]));
  const organization = useDefaultOrganization();
  const chosen = params.get('org') ?? organization?.id;
  const chosenProjects = isTooMuch ? all.filter(({ orgId }) => orgId === chosen) : [];
  const part = useFigures(chosenProjects.slice(0, maxProjects), period);
  const state = isTooMuch ? part : whole;
  const [shown, setShown] = useState(period);
  if (state.isCurrent && shown !== period) setShown(period);
  return {
    ...state,
    projects: isTooMuch ? chosenProjects.slice(0, maxProjects) : all,
    period: state.response === undefined ? period : shown,
    choices: isTooMuch ? organizations : undefined,
    chosen,
    omitted: Math.max(0, chosenProjects.length - maxProjects),
    found: (state.response?.data?.nodes ?? []).filter((node): node is HomeProject => node !== null && 'id' in node),
  };
}

function useFigures(projects: readonly VisibleProject[], { since, by }: HomePeriod): QueryState<HomeData> {
  const ids = projects.map(({ project }) => project.id);
  const filter = periodFilterOf(new URLSearchParams({ since }), Date.now());
  return useQuery(
    homeQuery,
    ids.length === 0 ? undefined : { projects: ids, filter, failed: { ...filter, status: 'FAIL' }, by, timeZone },
  );
}

function isTooExpensive(error: unknown): boolean {
  return (error as ApiError | undefined)?.extensions?.code === 'COST_ESTIMATED_TOO_EXPENSIVE';
}
