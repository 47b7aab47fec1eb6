// The key with which planners complete the runs that another subgraph identifies by their full path.

import { execFileSync } from 'node:child_process';
import { parse } from 'graphql';
import { block, readText } from '../docs/documents.js';
import { arrangePermissionWorld, direct, world } from '../support/permission-world.js';
import { useGateway } from '../support/start-gateway.js';
import { composers, federatedGateways, startFederation } from './federated-gateways.js';
import { notesSdl, startSubgraph } from './notes-subgraph.js';

const disputesSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

scalar UUID
type Query { disputedRun(taskId: ID!, id: ID!): TaskRun }
type TaskRun @key(fields: "orgId projectId taskId id") { orgId: UUID! projectId: UUID! taskId: UUID! id: ID! }
`;
const startDisputes = () =>
  startSubgraph('disputes', disputesSdl, {
    Query: { disputedRun: (_: unknown, run: object) => ({ orgId: world.org, projectId: world.project, ...run }) },
  });

const runsSdl = readText('examples/federation/subgraph.graphql');
const withoutIdKey = execFileSync('sh', ['-c', block('without-id-key').text.replace(/ > .*/, '')], {
  encoding: 'utf8',
});

/** The statements and the error of a request for a run. */
const byId = {
  found: { task_run_paths_by_id: 1, task_runs_by_path: 1 },
  missing: { code: 'FORBIDDEN', status: 403, permission: 'read', resource: 'task_run' },
  hidden: { code: 'FORBIDDEN', status: 403, permission: 'read', resource: 'task_run' },
};
const byPath = {
  found: { task_runs_by_path: 1 },
  missing: { code: 'NOT_FOUND', status: 404 },
  hidden: {
    ...byId.hidden,
    resourceId: world.taskOf.owner_only,
    requires: { role: 'OWNER', visibility: 'OWNER_ONLY' },
    holds: 'VIEWER',
  },
};

describe('the command in docs/federation.md', () => {
  it('removes the key id of runs, and nothing else', () => {
    expect(withoutIdKey).not.toBe(runsSdl);
    const key = '@key(fields: "orgId projectId taskId id")';
    expect(withoutIdKey.replace(key, `${key} @key(fields: "id")`)).toBe(runsSdl);
  });

  it.each(composers)('makes %s reject a subgraph that has only the ids of runs', (_name, compose) => {
    const composed = (sdl: string) =>
      compose([
        { name: 'runs', url: 'http://runs.example', typeDefs: parse(sdl) },
        { name: 'notes', url: 'http://notes.example', typeDefs: parse(notesSdl) },
      ]);
    expect(composed(runsSdl).errors ?? []).toEqual([]);
    expect(composed(withoutIdKey).errors!.map(String).join('\n')).toContain('TaskRun');
  });
});

describe('a run that another subgraph names by its full path', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });
  const as = direct('viewer', 'task');
  const query = 'query ($taskId: ID!, $id: ID!) { disputedRun(taskId: $taskId, id: $id) { created } }';

  const [apollo, hive] = federatedGateways;
  it.each([
    { ...apollo!, keys: 'both keys', sdl: runsSdl, expected: byId, key: 'id' },
    { ...apollo!, keys: 'only the full path', sdl: withoutIdKey, expected: byPath, key: 'the full path' },
    { ...hive!, keys: 'both keys', sdl: runsSdl, expected: byPath, key: 'the full path' },
    { ...hive!, keys: 'only the full path', sdl: withoutIdKey, expected: byPath, key: 'the full path' },
  ])('is read by $key if $name has $keys', async ({ start, sdl, expected }) => {
    const graph = await startFederation(gateway, start, { startOther: startDisputes, runsSdl: sdl });
    try {
      const variables = { taskId: world.taskOf.all_viewers, id: world.runOf.all_viewers };
      const found = await gateway.statementsOf(() => graph.dataOf(query, { as, variables }));
      expect(found).toEqual(expected.found);
      const extensionsOf = async (run: object) => {
        const { errors } = await graph.ask(query, { as, variables: { ...variables, ...run } });
        const { docUrl: _, serviceName: __, reason: ___, ...extensions } = errors![0]!.extensions!;
        return extensions;
      };
      expect(await extensionsOf({ id: world.absent })).toEqual(expected.missing);
      const hidden = { taskId: world.taskOf.owner_only, id: world.runOf.owner_only };
      expect(await extensionsOf(hidden)).toEqual(expected.hidden);
    } finally {
      await graph.stop();
    }
  });
});
