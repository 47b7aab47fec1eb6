import { reportingGroupsQuery } from '../../operations.js';
import { useQuery } from '../../shared/api/use-query.js';
import type { Scope } from '../scope/scope.js';

interface ReportingGroup {
  readonly id: string;
  readonly name: string;
}

/** Those that have runs, by their names. */
export function useReportingGroups(scope: Scope | undefined, isEnabled: boolean): readonly ReportingGroup[] {
  const { response } = useQuery(reportingGroupsQuery, isEnabled ? scope : undefined);
  const groups = (response?.data?.taskRunStats?.groupBy ?? []).flatMap(({ reportingGroup }) => reportingGroup ?? []);
  return groups.toSorted((one, other) => one.name.localeCompare(other.name));
}
