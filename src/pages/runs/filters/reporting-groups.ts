import { useAnswer } from '../../shared/api/use-answer.js';
import type { Scope } from '../scope/scope.js';

interface Data {
  readonly taskRunStats: {
    readonly byReportingGroup: readonly { readonly reportingGroup: ReportingGroup | null }[];
  } | null;
}

interface ReportingGroup {
  readonly id: string;
  readonly name: string;
}

const query = `query ReportingGroups($orgId: ID!, $projectId: ID!, $taskId: ID) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId) { byReportingGroup { reportingGroup { id name } } }
}`;

/** Those that have runs, by their names. */
export function useReportingGroups(scope: Scope | undefined, isWanted: boolean): readonly ReportingGroup[] {
  const { answer } = useAnswer<Data>(scope && isWanted ? query : undefined, { ...scope });
  const groups = (answer?.data?.taskRunStats?.byReportingGroup ?? []).flatMap(
    ({ reportingGroup }) => reportingGroup ?? [],
  );
  return groups.toSorted((one, other) => one.name.localeCompare(other.name));
}
