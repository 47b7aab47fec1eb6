// The subgraph of the service that owns tasks. It adds runs to its `Task`.

import { type Subgraph, startSubgraph } from './notes-subgraph.js';

export const tasksSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

type Query { task(id: ID!): Task }
type Task @key(fields: "id") { id: ID! owner: String! name: String @shareable project: Project @shareable }
type Project @key(fields: "id") { id: ID! budget: String! }
`;

export const ownerOf = (id: string) => `owner of ${id}`;

/** @param projectId the project of all tasks */
export function startTasksSubgraph(projectId: string): Promise<Subgraph> {
  type Named = { readonly id: string };
  return startSubgraph('tasks', tasksSdl, {
    Query: { task: (_: unknown, { id }: Named) => ({ id, name: 'A task', project: { id: projectId } }) },
    Task: { owner: ({ id }: Named) => ownerOf(id) },
    Project: { budget: ({ id }: Named) => `budget of ${id}` },
  });
}
