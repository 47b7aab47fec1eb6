// A small third-party subgraph built with the standard library. It refers to runs, groups and tasks by id, as in its
// own tables, and adds a field to TaskRun, Task and ReportingGroup.

import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

export const notesSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

type Query {
  notedRuns(ids: [ID!]!): [TaskRun]!
  budgetedGroups(ids: [ID!]!): [ReportingGroup]!
  titledTasks(ids: [ID!]!): [Task]!
}
type TaskRun @key(fields: "id") { id: ID! note: String! }
type Task @key(fields: "id") { id: ID! title: String! }
type ReportingGroup @key(fields: "id") { id: ID! budget: String! }
`;

type Named = { readonly id: string };

export const noteOf = (id: string) => `note on ${id}`;
export const titleOf = (id: string) => `title of ${id}`;
export const budgetOf = (id: string) => `budget of ${id}`;

export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  stop(): Promise<void>;
}

export function startNotesSubgraph(): Promise<Subgraph> {
  const toNamed = (_: unknown, { ids }: { readonly ids: readonly string[] }) => ids.map((id) => ({ id }));
  return startSubgraph('notes', notesSdl, {
    Query: { notedRuns: toNamed, budgetedGroups: toNamed, titledTasks: toNamed },
    TaskRun: { note: ({ id }: Named) => noteOf(id) },
    Task: { title: ({ id }: Named) => titleOf(id) },
    ReportingGroup: { budget: ({ id }: Named) => budgetOf(id) },
  });
}

type Resolvers = NonNullable<
  Exclude<Parameters<typeof buildSubgraphSchema>[0], unknown[] | { kind: unknown }>['resolvers']
>;

export async function startSubgraph(name: string, sdl: string, resolvers: Resolvers): Promise<Subgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { name, sdl, url, stop: () => server.stop() };
}
