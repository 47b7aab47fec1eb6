import { requestGraphql } from '../../shared/api/graphql-client.js';
import { type ExampleRun, type ExampleValues, toExampleValues } from './example-variables.js';

const visibleQuery = `query WhatISee {
  viewer { organizations {
    organization { id }
    projects { project { id } tasks(first: 20) { nodes { runAccess } } }
  } }
}`;
const runsQuery = `query RunsForExamples($orgId: ID!, $projectId: ID!) {
  newest: taskRuns(orgId: $orgId, projectId: $projectId, first: 20) { nodes { ...Place files { name } } }
  failed: taskRuns(orgId: $orgId, projectId: $projectId, first: 1, filter: { status: FAIL }) { nodes { ...Place } }
}
fragment Place on TaskRun { id taskId created }`;
/** Of a caller who sees many projects, the others are not looked into. */
const maxProjects = 3;

interface VisibleData {
  readonly viewer: null | {
    readonly organizations: readonly {
      readonly organization: { readonly id: string };
      readonly projects: readonly {
        readonly project: { readonly id: string };
        readonly tasks: { readonly nodes: readonly { readonly runAccess: string }[] };
      }[];
    }[];
  };
}

interface Runs {
  readonly newest: { readonly nodes: readonly (ExampleRun | null)[] } | null;
  readonly failed: { readonly nodes: readonly (ExampleRun | null)[] } | null;
}

/** Places in what the owner of the token sees: the first project that has runs. Null where there is none. */
export async function findExampleValues(signal: AbortSignal): Promise<ExampleValues | null> {
  const visible = await requestGraphql<VisibleData>(visibleQuery, {}, signal);
  const organizations = visible.data?.viewer?.organizations ?? [];
  const projects = organizations.flatMap(({ organization, projects }) =>
    projects
      .filter(({ tasks }) => tasks.nodes.some(({ runAccess }) => runAccess !== 'NONE'))
      .map(({ project }) => ({ orgId: organization.id, projectId: project.id })),
  );
  for (const project of projects.slice(0, maxProjects)) {
    const { data } = await requestGraphql<Runs>(runsQuery, project, signal);
    const values = toExampleValues(project, data?.newest?.nodes ?? [], data?.failed?.nodes ?? []);
    if (values !== null) return values;
  }
  return null;
}
