import { createContext, useContext, useEffect, useState } from 'react';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { type PlacesData, placesQuery, type ViewerProject, type ViewerTask } from '../operations.js';

const ViewerContext = createContext<QueryState<PlacesData> | undefined>(undefined);

/** Requests what is visible to the caller, once for all pages. */
export function ViewerProvider({ children }: { readonly children: React.ReactNode }) {
  const viewer = useQuery(placesQuery, {});
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

export function useViewer(): QueryState<PlacesData> {
  return useContext(ViewerContext)!;
}

/** A project together with its organization. */
export interface VisibleProject extends ViewerProject {
  readonly orgId: string;
  readonly orgName: string | null;
}

export function projectsOf(data: PlacesData | null | undefined): readonly VisibleProject[] {
  return (data?.viewer?.organizations ?? []).flatMap(({ organization, projects }) =>
    projects.map((project) => ({ ...project, orgId: organization.id, orgName: organization.name })),
  );
}

/** Returns all tasks of a project. The first hundred are available immediately. */
export function useTasks(project: VisibleProject | undefined): readonly ViewerTask[] {
  const [furtherTasks, setFurtherTasks] = useState<readonly ViewerTask[]>([]);
  useEffect(() => {
    setFurtherTasks([]);
    if (project === undefined) return;
    const controller = new AbortController();
    readFurtherTasks(project, controller.signal, (tasks) => setFurtherTasks((others) => [...others, ...tasks])).catch(
      () => {},
    );
    return () => controller.abort();
  }, [project]);
  return project === undefined ? [] : [...project.tasks.nodes, ...furtherTasks];
}

async function readFurtherTasks(
  project: VisibleProject,
  signal: AbortSignal,
  add: (tasks: readonly ViewerTask[]) => void,
) {
  let { hasNextPage, endCursor } = project.tasks.pageInfo;
  while (hasNextPage) {
    const { data } = await requestGraphql(placesQuery, { after: endCursor }, signal);
    const tasks = projectsOf(data).find((visibleProject) => visibleProject.project.id === project.project.id)?.tasks;
    if (tasks === undefined) return;
    add(tasks.nodes);
    ({ hasNextPage, endCursor } = tasks.pageInfo);
  }
}

/** Explains to a caller without roles why nothing is shown. */
export function NoAccess() {
  return (
    <p className="notice">
      The owner of this token has no role on any organization, project or task. The operator of the gateway grants one
      with <code>task-run-gateway grant</code>.
    </p>
  );
}
