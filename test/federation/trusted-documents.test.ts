// Lists of documents as their own tools make them, and a gateway that takes nothing else, behind federated gateways, which
// write operations themselves.

import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { createClientIssuer } from '../support/client-issuer.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { federatedGateways, startFederation } from './federated-gateways.js';

const run = promisify(execFile);
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const variables = { orgId, projectId, taskId, id };
const operation = (name: string) => `query ${name}($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    id
    reportingGroup {
      name
    }
  }
}`;

const issuer = createClientIssuer();
const tokenOf = (client: string) => issuer.tokenOf(client, demoSubjects.viewer);

let project: string;
let gateway: Gateway;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'documents-'));
  await mkdir(join(project, 'src'));
  await copyFile('schema.graphql', join(project, 'schema.graphql'));
  const component = (name: string) => `import { graphql } from 'react-relay';\n\ngraphql\`\n${operation(name)}\n\`;\n`;
  await writeFile(join(project, 'src', 'Relay.ts'), component('RelayRunQuery'));
  await writeFile(join(project, 'src', 'apollo.graphql'), operation('ApolloRun'));
  await writeFile(join(project, 'src', 'codegen.graphql'), operation('CodegenRun'));
  // Code Generator looks for its presets from where it is called.
  await symlink(join(import.meta.dirname, 'node_modules'), join(project, 'node_modules'));
  // Relay's compiler wants to find the list that it writes.
  await writeFile(join(project, 'relay.json'), '{}');
  for (const { configuration, content, tool, args } of tools) {
    await writeFile(join(project, configuration), JSON.stringify(content));
    const program = join(import.meta.dirname, 'node_modules', tool);
    await run(process.execPath, [program, ...args], { cwd: project });
  }
  gateway = await startGateway({
    environment: {
      ...issuer.environment,
      TRUSTED_DOCUMENTS: tools.map(({ list }) => join(project, list)).join(),
      TRUSTED_DOCUMENTS_MODE: 'require',
      TRUSTED_DOCUMENTS_EXEMPT: 'router',
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await rm(project, { recursive: true, force: true });
  issuer.remove();
});

interface ListedDocuments {
  readonly operations: readonly { readonly id: string }[];
}

const tools = [
  {
    name: 'generate-persisted-query-manifest',
    tool: '@apollo/generate-persisted-query-manifest/cli.js',
    args: [],
    configuration: 'persisted-query-manifest.config.json',
    content: { documents: ['src/apollo.graphql'], output: 'apollo.json' },
    list: 'apollo.json',
    ids: (list: ListedDocuments): string[] => list.operations.map(({ id }) => id),
  },
  {
    name: 'relay-compiler',
    tool: 'relay-compiler/cli.js',
    args: ['relay.config.json'],
    configuration: 'relay.config.json',
    content: {
      src: './src',
      schema: './schema.graphql',
      language: 'typescript',
      eagerEsModules: true,
      persistConfig: { file: './relay.json', algorithm: 'MD5' },
    },
    list: 'relay.json',
    ids: (list: object): string[] => Object.keys(list),
  },
  {
    name: 'the client preset of GraphQL Code Generator',
    tool: '@graphql-codegen/cli/esm/bin.js',
    args: ['--config', 'codegen.json'],
    configuration: 'codegen.json',
    content: {
      schema: 'schema.graphql',
      documents: 'src/codegen.graphql',
      generates: { 'generated/': { preset: 'client', presetConfig: { persistedDocuments: true } } },
    },
    list: 'generated/persisted-documents.json',
    ids: (list: object): string[] => Object.keys(list),
  },
];

describe('a list that was made by', () => {
  it.each(tools)('$name has ids that clients may send', async ({ list, ids }) => {
    const known = ids(JSON.parse(await readFile(join(project, list), 'utf8')));
    expect(known).toHaveLength(1);
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf('app')}` },
      body: JSON.stringify({ documentId: known[0], variables }),
    });
    expect(await response.json()).toMatchObject({ data: { taskRun: { id } } });
  });
});

describe.each(federatedGateways)('behind $name', ({ start }) => {
  let graph: Awaited<ReturnType<typeof startFederation>>;
  beforeAll(async () => {
    graph = await startFederation(gateway, start);
  });
  afterAll(() => graph?.stop());
  const query = operation('Free').replace('id\n', 'id note\n');

  it('executes operations of an exempt client, of entities, too', async () => {
    const { taskRun } = await graph.dataOf(query, { token: tokenOf('router'), variables });
    expect(taskRun).toMatchObject({ id, note: expect.any(String) });
    const { notedRuns } = await graph.dataOf(`{ notedRuns(ids: ["${id}"]) { created } }`, { token: tokenOf('router') });
    expect(notedRuns).toEqual([{ created: expect.any(String) }]);
  });

  it('returns the code to other clients', async () => {
    for (const asked of [query, `{ notedRuns(ids: ["${id}"]) { created } }`]) {
      const { errors } = await graph.ask(asked, { token: tokenOf('app'), variables });
      const expected = { code: 'PERSISTED_QUERY_ID_REQUIRED', reason: 'PERSISTED_QUERY_ID_REQUIRED', status: 400 };
      expect(errors).toMatchObject([{ extensions: expected }]);
    }
  });
});
