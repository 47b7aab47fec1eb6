import { readFileSync } from 'node:fs';
import { buildSchema, type DocumentNode, parse } from 'graphql';
import { direct } from '../support/permission-world.js';
import { startGateway } from '../support/start-gateway.js';
import { composers } from './federated-gateways.js';
import { notesSdl } from './notes-subgraph.js';
import { tasksSdl } from './tasks-subgraph.js';

const sdl = readFileSync('examples/federation/subgraph.graphql', 'utf8');
const url = 'http://subgraph.example';

describe('examples/federation/subgraph.graphql', () => {
  describe.each(composers)('composed by %s', (_name, compose) => {
    const composed = (others: { name: string; url: string; typeDefs: DocumentNode }[]) =>
      compose([{ name: 'runs', url, typeDefs: parse(sdl) }, ...others]);

    it('makes a graph without other subgraphs, without errors or hints', () => {
      const { errors = [], hints = [] } = composed([]);
      expect([...errors, ...hints]).toEqual([]);
    });

    it('accepts a subgraph that extends TaskRun, Task and ReportingGroup, without errors or hints', () => {
      const { errors = [], hints = [], supergraphSdl } = composed([{ name: 'notes', url, typeDefs: parse(notesSdl) }]);
      expect([...errors, ...hints]).toEqual([]);
      for (const field of ['note', 'title', 'budget']) expect(supergraphSdl).toContain(`${field}: String!`);
    });

    it('accepts the subgraph of the service that owns tasks, with a shared name and project, without errors or hints', () => {
      const { errors = [], hints = [], supergraphSdl } = composed([{ name: 'tasks', url, typeDefs: parse(tasksSdl) }]);
      expect([...errors, ...hints].map(String)).toEqual([]);
      for (const field of ['owner', 'name', 'project', 'taskRuns', 'taskRunStats']) {
        expect(fieldsOf('Task', supergraphSdl)).toMatch(new RegExp(`^  ${field}\\b`, 'm'));
      }
    });

    it('passes on costs and tags', () => {
      const { supergraphSdl } = composed([]);
      expect(supergraphSdl).toContain('@cost(weight: 2)');
      expect(supergraphSdl).toContain('@listSize(assumedSize: 10)');
      expect(supergraphSdl).toContain('@tag(name: "payload")');
    });

    const owners = (name: string, imports: string) =>
      parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${imports}])
        type Query { tasks: [Task!]! }
        ${['Organization', 'Project', 'Task'].map((type) => `type ${type} @key(fields: "id") { id: ID! owner: String! ${name} }`).join('\n')}`);

    const fieldsOf = (type: string, supergraphSdl = '') =>
      new RegExp(`^type ${type}\\b[^}]*}`, 'm').exec(supergraphSdl)![0];

    // Faults as strings, because Jest takes forever to compare the documents in them.
    it.each([
      ['without a name', '', '"@key"'],
      ['with a shared name', 'name: String @shareable', '"@key", "@shareable"'],
    ])(
      'accepts a subgraph that owns tasks, projects and organizations %s, without errors or hints',
      (_, name, imports) => {
        const typeDefs = owners(name, imports);
        const { errors = [], hints = [], supergraphSdl } = composed([{ name: 'owners', url, typeDefs }]);
        expect([...errors, ...hints].map(String)).toEqual([]);
        for (const type of ['Organization', 'Project', 'Task']) {
          expect(fieldsOf(type, supergraphSdl)).toContain('owner: String!');
          expect(fieldsOf(type, supergraphSdl)).toMatch(/name: String\b(?!!)/);
        }
      },
    );

    it('accepts a subgraph that overrides the name', () => {
      const typeDefs = owners('name: String @override(from: "runs")', '"@key", "@override"');
      const { errors = [], supergraphSdl } = composed([{ name: 'owners', url, typeDefs }]);
      expect(errors.map(String)).toEqual([]);
      for (const type of ['Organization', 'Project', 'Task']) {
        expect(fieldsOf(type, supergraphSdl)).toContain('name: String @join__field(graph: OWNERS, override: "runs")');
      }
    });

    it('accepts a subgraph whose shared name is not nullable as one whose name is', () => {
      const typeDefs = owners('name: String! @shareable', '"@key", "@shareable"');
      const { errors = [], supergraphSdl } = composed([{ name: 'owners', url, typeDefs }]);
      expect(errors.map(String)).toEqual([]);
      expect(fieldsOf('Task', supergraphSdl)).toMatch(/name: String\b(?!!)/);
    });

    it('reports where a name is that is neither shared nor overridden', () => {
      const { errors = [] } = composed([{ name: 'owners', url, typeDefs: owners('name: String', '"@key"') }]);
      expect(errors.map(String).join('\n')).toContain('Task.name');
    });

    it('accepts a subgraph that has its own names for users, models and task revisions, without errors or hints', () => {
      const typeDefs = parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        ${['User', 'LlmModel', 'TaskRevision'].map((name) => `type ${name} @key(fields: "id") { id: ID! name: String! }`).join('\n')}
        type Query { revisions: [TaskRevision!]! }`);
      const { errors = [], hints = [], supergraphSdl } = composed([{ name: 'people', url, typeDefs }]);
      expect([...errors, ...hints].map(String)).toEqual([]);
      for (const type of ['User', 'LlmModel', 'TaskRevision'])
        expect(fieldsOf(type, supergraphSdl)).toMatch(/name: String!/);
    });

    it('accepts a subgraph that extends every other stub', () => {
      const stubs = ['Organization', 'Project', 'User', 'LlmModel'];
      const typeDefs = parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        ${stubs.map((name) => `type ${name} @key(fields: "id") { id: ID! title: String }`).join('\n')}`);
      const { errors = [], hints = [] } = composed([{ name: 'stubs', url, typeDefs }]);
      expect([...errors, ...hints]).toEqual([]);
    });
  });

  it('parses in tools that know nothing of federation', () => {
    expect(Object.keys(buildSchema(sdl).getQueryType()!.getFields())).not.toContain('_entities');
  });
});

describe('a gateway', () => {
  it('returns examples/federation/subgraph.graphql for _service, with a token only', async () => {
    const gateway = await startGateway();
    try {
      const query = '{ _service { sdl } }';
      expect(await gateway.dataOf(query, { as: direct('viewer', 'task') })).toEqual({ _service: { sdl } });
      expect((await gateway.ask(query)).status).toBe(401);
    } finally {
      await gateway.close();
    }
  });
});
