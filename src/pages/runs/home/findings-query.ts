import { errorOfResponse } from '../../shared/api/error-sentence.js';
import { fetchWithToken } from '../../shared/api/graphql-client.js';
import { useRequest } from '../../shared/api/use-request.js';
import { useSession } from '../../shared/token/token-store.js';
import { periodFilterOf } from '../filters/period.js';
import { type Finding, findingsOf, type Report } from './findings.js';
import type { HomeQuery } from './home-query.js';

/** Reports are requested of at most this number of organizations. */
const maxOrganizations = 10;

export interface FindingsQuery {
  /** `undefined` while they are loading, and if they cannot be. */
  readonly findings: readonly Finding[] | undefined;
  reload(): void;
}

/** Reads what has changed in the organizations and the period of the figures, once these are there. */
export function useFindings({ projects, period: { since }, isCurrent, isLoading }: HomeQuery): FindingsQuery {
  const isReady = useSession() === 'ready';
  const orgIds = [...new Set(projects.map(({ orgId }) => orgId))];
  const isFew = orgIds.length > 0 && orgIds.length <= maxOrganizations;
  const { data, ...reports } = useRequest<readonly Report[]>(
    isFew ? JSON.stringify([orgIds, since]) : undefined,
    async (signal) => ({ data: await Promise.all(orgIds.map((orgId) => requestReport(orgId, since, signal))) }),
    { isEnabled: isReady && isCurrent && !isLoading },
  );
  return {
    findings: data !== undefined && reports.isCurrent ? findingsOf(data, projects) : undefined,
    reload: reports.reload,
  };
}

async function requestReport(orgId: string, since: string, signal: AbortSignal): Promise<Report> {
  const { createdAfter } = periodFilterOf(new URLSearchParams({ since }), Date.now());
  const query = new URLSearchParams({ created_after: createdAfter! });
  const response = await fetchWithToken(`api/v1/org/${orgId}/task_run/report?${query}`, { signal });
  if (!response.ok) throw await errorOfResponse(response);
  return { orgId, ...(await response.json()) };
}
