import { requestGraphql } from '../../shared/api/graphql-client.js';
import { runsForExamplesQuery, whatISeeQuery } from '../operations.js';
import { type ExampleValues, toExampleValues } from './example-variables.js';

/** Maximum number of projects searched for an example. */
const maxProjects = 3;

/** Returns example values from the first project with runs that the caller may read, or `null` without one. */
export async function findExampleValues(signal: AbortSignal): Promise<ExampleValues | null> {
  const visible = await requestGraphql(whatISeeQuery, {}, signal);
  const organizations = visible.data?.viewer?.organizations ?? [];
  const projects = organizations.flatMap(({ organization, projects }) =>
    projects
      .filter(({ tasks }) => tasks.nodes.some(({ runAccess }) => runAccess !== 'NONE'))
      .map(({ project }) => ({ orgId: organization.id, projectId: project.id })),
  );
  for (const project of projects.slice(0, maxProjects)) {
    const { data } = await requestGraphql(runsForExamplesQuery, project, signal);
    const values = toExampleValues(project, data?.newest?.nodes ?? [], data?.failed?.nodes ?? []);
    if (values !== null) return values;
  }
  return null;
}
