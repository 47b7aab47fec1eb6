// The trusted documents that both builds list, each with its variables.

import { createHash } from 'node:crypto';
import { parse, validate } from 'graphql';

const path = ({ orgId, projectId, taskId }) => ({ orgId, projectId, taskId });
const list = [
  {
    name: 'TrustedViewer',
    body: 'query TrustedViewer { viewer { subject clientId organizations { role organization { id name } } } }',
    variables: () => ({}),
  },
  {
    name: 'TrustedRun',
    body: `query TrustedRun($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { id isError response totalTokens files { name } }
}`,
    variables: ({ place }) => ({ ...path(place), id: place.id }),
  },
  {
    name: 'TrustedRuns',
    body: `query TrustedRuns($orgId: ID!, $projectId: ID!, $taskId: ID, $first: Int = 3, $filter: TaskRunFilter) {
  taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: $first, filter: $filter) {
    nodes { id reference reportingGroup { name } } pageInfo { hasNextPage }
  }
}`,
    variables: (values) => ({ ...path(values.place), first: values.byName('first') }),
  },
  {
    name: 'TrustedSubscription',
    body: `subscription TrustedSubscription($orgId: ID!, $projectId: ID!, $taskId: ID) {
  taskRunChanged(orgId: $orgId, projectId: $projectId, taskId: $taskId) { cursor run { id } }
}`,
    variables: ({ place }) => path(place),
  },
];

/**
 * Returns the documents that are valid in both builds.
 * @param {import('graphql').GraphQLSchema} schema the shared one
 * @returns {{ id: string, digest: string, name: string, body: string, variables: (values: object) => object }[]}
 */
export function createTrustedDocuments(schema) {
  return list
    .filter(({ body }) => validate(schema, parse(body)).length === 0)
    .map((item) => ({
      ...item,
      id: `compare-${item.name}`,
      digest: createHash('sha256').update(item.body).digest('hex'),
    }));
}
