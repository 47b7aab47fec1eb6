// Filters and orders in the agents' list tool, compared with the same list in GraphQL.

import type { GraphQLEnumType } from 'graphql';
import { committedSchema } from '../../support/committed-schema.js';
import { arrangeJson, filterCases } from '../../support/filter-cases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import type { ToolMessage } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const first = 20;
const document = `query ($orgId: ID!, $projectId: ID!, $filter: TaskRunFilter, $orderBy: TaskRunOrder!, $first: Int) {
  taskRuns(orgId: $orgId, projectId: $projectId, filter: $filter, orderBy: $orderBy, first: $first) {
    nodes { id } pageInfo { hasNextPage }
  }
}`;
const orders = (committedSchema.getType('TaskRunOrder') as GraphQLEnumType).getValues().map(({ name }) => name);
/** Filters with a member, at any level, that no previous filter has. */
const listed = new Set<string>();
const filters = filterCases
  .map(({ filter }) => filter)
  .filter((filter) => {
    const before = listed.size;
    for (const [, name] of JSON.stringify(filter).matchAll(/"(\w+)":/g)) listed.add(name!);
    return listed.size > before;
  });
const cases = [
  ...filters.map((filter) => ['CREATED_DESC', filter] as const),
  ...orders.map((orderBy) => [orderBy, { minTotalTokens: 50 }] as const),
];

describe('list_runs', () => {
  const gateway = useOwnGateway({
    environment: { MCP: 'on' },
    async arrange(database) {
      await arrangeGeneratedRuns(database);
      await database.query(arrangeJson, [[taskId, otherTaskId]]);
    },
  });

  const found: string[][] = [];

  async function callTool(variables: Record<string, unknown>) {
    const response = await fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.tokenFor(owner)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'list_runs', arguments: variables },
      }),
    });
    const { result } = (await response.json()) as ToolMessage;
    return { isError: result.isError ?? false, ...JSON.parse(result.content[0].text) };
  }
  const runsOf = ({ data }: Pick<GraphqlResponse, 'data'>) => ({
    ids: data.taskRuns.nodes.map(({ id }: { readonly id: string }) => id) as string[],
    hasNextPage: data.taskRuns.pageInfo.hasNextPage,
  });

  it.each(cases)('returns the runs of GraphQL in the order %s: %j', async (orderBy, filter) => {
    const variables = { orgId, projectId, filter, orderBy, first };
    const [listed, called] = await Promise.all([gateway.ask(document, { as: owner, variables }), callTool(variables)]);
    expect(called.isError).toBe(false);
    expect(runsOf(called)).toEqual(runsOf(listed));
    found.push(runsOf(called).ids);
  });

  it('finds runs for most of these filters', () => {
    expect(cases.length).toBeGreaterThan(40);
    expect(found.filter((ids) => ids.length > 0).length).toBeGreaterThan(cases.length * 0.8);
    expect(new Set(found.map(String)).size).toBeGreaterThan(cases.length / 2);
  });

  it.each([
    { OR: [{}] },
    { reference: { in: ['a\u0000'] } },
    { createdAfter: 'someday' },
    { statusIn: [] },
    { search: '!' },
    { response: [{ path: 'category', eq: 1 }] },
    { userId: 'x' },
    { unknown: 1 },
  ])('rejects a filter as GraphQL does: %j', async (filter) => {
    const variables = { orgId, projectId, filter, orderBy: 'CREATED_DESC' };
    const [listed, called] = await Promise.all([gateway.ask(document, { as: owner, variables }), callTool(variables)]);
    expect(called.isError).toBe(true);
    const reported = (errors: GraphqlResponse['errors']) =>
      errors!.map(({ message, extensions: { status, code, detail } }) => [message, status, code, detail]);
    expect(reported(called.errors)).toEqual(reported(listed.errors));
  });
});
