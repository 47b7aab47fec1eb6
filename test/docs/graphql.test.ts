// Every GraphQL block in the documents is valid for the schema. The marked ones are sent, and return the documented
// responses.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { createSchema } from '../../src/graphql/schema/schema.js';
import type { StatsNode } from '../support/responses.js';
import { useGateway } from '../support/start-gateway.js';
import { block, codesIn, documents, readText, root, tableRows } from './documents.js';

const blocks = documents.flatMap((document) => document.blocks).filter(({ language }) => language === 'graphql');

let schema: GraphQLSchema;
let schemaWithModels: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema();
  const modelPointer = { source: 'runData', pointer: '/model', isModel: true } as const;
  schemaWithModels = await createSchema({ modelPointer });
});

describe('the GraphQL in documents', () => {
  it.each(blocks.map(({ document, text, marker }) => [document, text, marker]))(
    'fits the schema, in %s: %s',
    (_document, text, marker) => {
      expect(validate(marker === 'models' ? schemaWithModels : schema, parse(text!))).toEqual([]);
    },
  );

  it('fits it, too, in the examples that .graphqlrc.yml names', () => {
    const [, file] = /^schema: (.+)$/m.exec(readText('.graphqlrc.yml'))!;
    expect(readText(file!)).toContain('type Query');
    const [, folder] = /^documents: (.+)\/\*\.graphql$/m.exec(readText('.graphqlrc.yml'))!;
    const examples = readdirSync(join(root, folder!));
    expect(examples.length).toBeGreaterThan(0);
    for (const name of examples) expect(validate(schema, parse(readText(`${folder}/${name}`)))).toEqual([]);
  });
});

describe('the subgraph in docs/federation.md', () => {
  it('names the SDL of this repository', () => {
    const { text } = block('supergraph');
    const [, file] = /schema: \{ file: (\S+) \}/.exec(text)!;
    expect(readText(file!)).toContain('https://specs.apollo.dev/federation/');
    expect(text).toMatch(/routing_url: https:\/\/\S+\/graphql\n/);
  });

  it('lists the resolved entities with their keys', () => {
    const inSchema = [
      ...readText('examples/federation/subgraph.graphql').matchAll(
        /^type (\w+) @cost\(weight: \d+\)((?: @key\([^)]+\))+)/gm,
      ),
    ].map(([, type, keys]) => ({
      type,
      keys: [...keys!.matchAll(/fields: "([^"]+)"/g)].map(([, fields]) => fields),
      isResolved: !keys!.includes('resolvable: false'),
    }));
    const inTable = tableRows('docs/federation.md', 'Entities', 'type').map(([type, keys, isResolved]) => ({
      type: codesIn(type!)[0],
      keys: codesIn(keys!),
      isResolved: isResolved === 'yes',
    }));
    const byType = (entities: typeof inTable) => Object.fromEntries(entities.map((entity) => [entity.type, entity]));
    expect(byType(inTable)).toEqual(byType(inSchema as typeof inTable));
  });
});

describe('the responses in documents', () => {
  const gateway = useGateway();

  const { orgId, projectId } = demoPlaces.richRun;
  it.each([
    ['one-run', 'one-run-response', JSON.parse(block('one-run-variables').text)],
    ['list', 'list-response', { orgId, projectId }],
    ['previews', 'previews-response', JSON.parse(block('one-run-variables').text)],
    ['combined-filter', 'combined-filter-response', { orgId, projectId }],
    ['scanned-list', 'scanned-list-response', { orgId, projectId }],
    ['viewer', 'viewer-response', {}],
    ['names', 'names-response', { orgId, projectId }],
    ['groups', 'groups-response', { orgId, projectId }],
    ['malformed-id', 'malformed-id-response', {}],
    ['explained-forbidden', 'explained-forbidden-response', {}],
  ])('%s equals that of the gateway', async (query, response, variables) => {
    const { text } = await gateway.ask(block(query).text, { as: demoSubjects.viewer, variables });
    expect(JSON.parse(text.replaceAll(gateway.url, 'http://127.0.0.1:4000'))).toEqual(JSON.parse(block(response).text));
  });

  it.each(['conversation', 'ordered-list', 'json-filter', 'search', 'date-filter', 'failures', 'compared', 'can'])(
    'returns data where the documents leave it out, for %s',
    async (query) => {
      const variables = JSON.parse(block('one-run-variables').text);
      const data = await gateway.dataOf(block(query).text, { as: demoSubjects.viewer, variables });
      expect(JSON.stringify(data)).not.toMatch(/"(?:nodes|byTask)":\[\]/);
    },
  );

  it('returns the credits of all tasks for an analyst, by the query of docs/access.md', async () => {
    const as = 'analyst of docs';
    await gateway.query("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'analyst')", [orgId, as]);
    const variables = { orgId, projectId };
    const { viewer, taskRunStats } = await gateway.dataOf(block('analyst-query').text, { as, variables });
    expect(viewer.organizations).toEqual([{ role: null, isAnalyst: true }]);
    const runs = taskRunStats.groupBy.map(({ runs }: StatsNode) => runs);
    expect(runs).toHaveLength(4);
    expect(runs.reduce((sum: number, run: number) => sum + run, 0)).toBe(taskRunStats.runs);
  });

  it('equals that of REST, by the query of docs/from-rest.md', async () => {
    const [, path] = /api\/v1(\S+)/.exec(block('rest-run').text)!;
    const [orgId, projectId, taskId, id] = path!.match(/[0-9a-f-]{36}/g)!;
    const variables = { orgId, projectId, taskId, id };
    const { run } = await gateway.dataOf(block('run-as-rest').text, { as: demoSubjects.viewer, variables });
    expect(run).toEqual(JSON.parse(block('rest-run-response').text));
  });
});
