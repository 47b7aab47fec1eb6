// The statistics of one task.

const figures = 'runs errors inputTokens outputTokens totalTokens';
const query = `query statistics($orgId: ID!, $projectId: ID!, $taskId: ID!) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId) {
    ${figures} llmCallTiming { p50 p90 p95 p99 } buckets(by: DAY) { start ${figures} }
  }
}`;

/**
 * @param {Record<string, string>} headers
 * @returns an entry point, as `createDialect` does
 */
export function createStatisticsEntryPoint(headers) {
  return {
    responseStart: '{"data":{"taskRunStats":{',
    request(_testCase, [{ orgId, projectId, taskId }]) {
      const body = JSON.stringify({ query, variables: { orgId, projectId, taskId } });
      return { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json', ...headers }, body };
    },
    results({ data, errors }) {
      if (errors) throw new Error(JSON.stringify(errors));
      return [data.taskRunStats];
    },
  };
}
