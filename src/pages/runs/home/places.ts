import type { HomeProject } from '../operations.js';

/** A project with its organization. */
export interface Place {
  readonly orgId: string;
  readonly orgName: string | null;
  readonly project: { readonly id: string; readonly name: string | null };
}

/** The statistics of a project, with its names. */
export interface ProjectStatistics {
  readonly place: Place;
  readonly statistics: HomeProject;
}

export function withPlaces(projects: readonly Place[], found: readonly HomeProject[]): readonly ProjectStatistics[] {
  const byId = new Map(projects.map((place) => [place.project.id, place]));
  return found.flatMap((statistics) => {
    const place = byId.get(statistics.id);
    return place === undefined ? [] : [{ place, statistics }];
  });
}

/** Returns the names of a project and its organization. */
export function placeName({ orgName, project }: Place): string {
  return `${orgName} / ${project.name}`;
}
