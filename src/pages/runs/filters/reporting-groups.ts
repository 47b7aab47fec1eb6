import { useQuery } from '../../shared/api/use-query.js';
import type { Scope } from '../scope/scope.js';

interface Data {
  readonly taskRunStats: {
    readonly groupBy: readonly { readonly reportingGroup: ReportingGroup | null }[];
  } | null;
}

interface ReportingGroup {
  readonly id: string;
  readonly name: string;
}

const query = `query ReportingGroups($orgId: ID!, $projectId: ID!, $taskId: ID) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId) { groupBy(dimension: REPORTING_GROUP, first: 1000) { reportingGroup { id name } } }
}`;

/** Those that have runs, by their names. */
export function useReportingGroups(scope: Scope | undefined, isEnabled: boolean): readonly ReportingGroup[] {
  const { response } = useQuery<Data>(scope && isEnabled ? query : undefined, { ...scope });
  const groups = (response?.data?.taskRunStats?.groupBy ?? []).flatMap(({ reportingGroup }) => reportingGroup ?? []);
  return groups.toSorted((one, other) => one.name.localeCompare(other.name));
}
