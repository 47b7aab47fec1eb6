// The REST API: one run by its path. The response is mapped to the GraphQL names, with which responses are checked.

/** @param {Record<string, string>} [headers] */
export function createRestDialect(headers = {}) {
  return {
    responseStart: '{"task_id"',
    request(_testCase, [{ orgId, projectId, taskId, id }]) {
      return { method: 'GET', path: `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`, headers };
    },
    results: (run) => [toRun(run)],
  };
}

/** Removes the members that only REST returns: links, times, and projects of the relations. */
function toRun({ files, reporting_group: group, ...columns }) {
  return {
    ...toGraphqlNames(columns),
    reportingGroup: group && { id: group.id, name: group.name, description: group.description },
    files: files.map(({ created: _created, download_url: _url, ...file }) => toGraphqlNames(file)),
  };
}

function toGraphqlNames(columns) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
      value,
    ]),
  );
}
