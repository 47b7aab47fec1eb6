import { createContext, useContext, useEffect, useMemo, useState } from 'react';
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

/** An organization with the projects that are visible to the caller, ordered by name. */
export interface VisibleOrganization {
  readonly id: string;
  readonly name: string | null;
  readonly projects: readonly VisibleProject[];
}

/** Returns the organizations that are visible to the caller, ordered by name. The same response returns the same objects. */
export function useOrganizations(): readonly VisibleOrganization[] {
  const { response } = useViewer();
  return useMemo(() => organizationsOf(response?.data), [response]);
}

function organizationsOf(data: PlacesData | null | undefined): readonly VisibleOrganization[] {
  const organizations = (data?.viewer?.organizations ?? []).map(({ organization, projects }) => ({
    ...organization,
    projects: projects
      .map((project) => ({ ...project, orgId: organization.id, orgName: organization.name }))
      .toSorted(byName(({ project }) => project.name)),
  }));
  return organizations.toSorted(byName(({ name }) => name));
}

/** Returns a function that compares items by name, in the user's language. */
export function byName<Item>(nameOf: (item: Item) => string | null): (one: Item, other: Item) => number {
  return (one, other) => (nameOf(one) ?? '').localeCompare(nameOf(other) ?? '');
}

/** A task with the id of its project. */
export interface VisibleTask extends ViewerTask {
  readonly projectId: string;
}

/**
 * Returns all tasks of projects. The first hundred of each project are available immediately.
 * @param projects another array restarts the reads
 */
export function useTasks(projects: readonly VisibleProject[]): readonly VisibleTask[] {
  const [furtherTasks, setFurtherTasks] = useState<readonly VisibleTask[]>([]);
  useEffect(() => {
    setFurtherTasks([]);
    const controller = new AbortController();
    readFurtherTasks(projects, controller.signal, (tasks) => setFurtherTasks((others) => [...others, ...tasks])).catch(
      () => {},
    );
    return () => controller.abort();
  }, [projects]);
  return [...projects.flatMap((project) => tasksIn(project)), ...furtherTasks];
}

function tasksIn({ project, tasks }: ViewerProject): readonly VisibleTask[] {
  return tasks.nodes.map((task) => ({ ...task, projectId: project.id }));
}

async function readFurtherTasks(
  projects: readonly VisibleProject[],
  signal: AbortSignal,
  add: (tasks: readonly VisibleTask[]) => void,
) {
  for (const { project, tasks } of projects) {
    let { hasNextPage, endCursor } = tasks.pageInfo;
    while (hasNextPage) {
      const { data } = await requestGraphql(placesQuery, { after: endCursor }, signal);
      const read = data?.viewer?.organizations.flatMap((organization) => organization.projects);
      const further = read?.find((visibleProject) => visibleProject.project.id === project.id);
      if (further === undefined) return;
      add(tasksIn(further));
      ({ hasNextPage, endCursor } = further.tasks.pageInfo);
    }
  }
}
