// Sends every operation of this folder by every client to a separate gateway, and compares the results with its responses.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gql } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createApolloClient } from '../clients/apollo-client.js';
import { createGraphqlRequestClient } from '../clients/graphql-request.js';
import { createUrqlClient } from '../clients/urql.js';
import * as generated from '../generated/graphql.js';
import { type Gateway, startGateway } from './gateway.js';

type Variables = Record<string, unknown>;
type Operation = TypedDocumentNode<Record<string, unknown>, Variables>;
type Send = (operation: Operation, variables: Variables, token: string) => Promise<unknown>;

describe('The example operations', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.stop());

  const operations: Record<string, Operation> = Object.fromEntries(
    Object.entries(generated)
      .filter(([name]) => name.endsWith('Document'))
      .map(([name, document]) => [name.slice(0, -'Document'.length), document as unknown as Operation]),
  );

  const clients: Record<string, Send> = {
    'Apollo Client': async (query, variables, token) =>
      (await createApolloClient(gateway.url, token).query({ query, variables })).data,
    urql: async (query, variables, token) => {
      const { data, error } = await createUrqlClient(gateway.url, token).query(query, variables);
      if (error) throw error;
      return data;
    },
    'graphql-request': (query, variables, token) =>
      createGraphqlRequestClient(gateway.url, token).request(query, variables),
  };

  it('equal those of GraphiQL', () => {
    assert.deepEqual(Object.keys(operations).sort(), gateway.examples.map(({ name }) => name).sort());
  });

  for (const [client, send] of Object.entries(clients)) {
    for (const [name, operation] of Object.entries(operations)) {
      it(`${name} by ${client}`, async () => {
        const { variables } = gateway.examples.find((example) => example.name === name)!;
        const { data, errors } = await gateway.ask({ query: print(operation), variables });
        assert.equal(errors, undefined);
        assert.ok(Object.values(data!).every((value) => value !== null));
        const answer = await send(operation, variables, gateway.token);
        assert.deepEqual(comparable(answer), comparable(data));
      });
    }

    it(`return FORBIDDEN to a stranger by ${client}`, async () => {
      const { variables } = gateway.examples.find(({ name }) => name === 'OneRun')!;
      await assert.rejects(send(operations.OneRun!, variables, gateway.strangersToken), (error) => {
        assert.match(JSON.stringify(codesOf(error)), /^\["FORBIDDEN"\]$/);
        return true;
      });
    });

    it(`return the reason of a rejected token by ${client}`, async () => {
      const { variables } = gateway.examples.find(({ name }) => name === 'OneRun')!;
      await assert.rejects(send(operations.OneRun!, variables, 'no.such.token'), (error) => {
        assert.match(JSON.stringify(codesOf(error)), /^\["UNAUTHENTICATED"\]$/);
        return true;
      });
    });
  }

  it('leave runs and groups in the normalised cache of Apollo Client under type and id', async () => {
    const { variables } = gateway.examples.find(({ name }) => name === 'OneRun')!;
    const client = createApolloClient(gateway.url, gateway.token);
    const query = operations.OneRun!;
    const { data } = await client.query({ query, variables });
    const { taskRun } = data as generated.OneRunQuery;
    const cached = Object.keys(client.cache.extract() as object);
    assert.ok(cached.includes(`TaskRun:${taskRun!.id}`));
    assert.ok(cached.includes(`ReportingGroup:${taskRun!.reportingGroup!.id}`));
    assert.deepEqual(
      cached.filter((key) => key.startsWith('TaskRunFile')),
      [],
    );
    const again = await client.query({ query, variables, fetchPolicy: 'cache-only' });
    assert.deepEqual(again.data, data);
  });

  it('join the pages of a list in the cache of Apollo Client, which then has each of its runs', async () => {
    const { orgId, projectId, taskId } = gateway.examples.find(({ name }) => name === 'OneRun')!.variables;
    const client = createApolloClient(gateway.url, gateway.token);
    const path = '($orgId: ID!, $projectId: ID!, $taskId: ID!';
    type Run = { id: string; status: string };
    type List = { taskRuns: { edges: { node: Run }[]; pageInfo: { endCursor: string } } };
    const list: TypedDocumentNode<List, Variables> = gql`query ${path}, $after: String) {
      taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: 2, after: $after) {
        edges { node { id status } } pageInfo { hasNextPage endCursor }
      }
    }`;
    const read = async (more: object) => {
      const { data } = await client.query({ query: list, variables: { orgId, projectId, taskId }, ...more });
      return data!.taskRuns;
    };
    const { edges, pageInfo } = await read({});
    assert.equal(edges.length, 2);
    // Like `fetchMore`: the cache contains the list already.
    await read({ variables: { orgId, projectId, taskId, after: pageInfo.endCursor }, fetchPolicy: 'network-only' });
    const joined = await read({ fetchPolicy: 'cache-only' });
    assert.equal(joined.edges.length, 4);
    const run: TypedDocumentNode<{ taskRun: Run }, Variables> = gql`query ${path}, $id: ID!) {
      taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { id status }
    }`;
    const { node } = joined.edges[3]!;
    const { data } = await client.query({
      query: run,
      variables: { orgId, projectId, taskId, id: node.id },
      fetchPolicy: 'cache-only',
    });
    assert.deepEqual(data!.taskRun, node);
  });

  it('leave a key with every object in the cache of urql', async () => {
    const warnings: unknown[] = [];
    const { warn } = console;
    console.warn = (...args: unknown[]) => warnings.push(args);
    try {
      for (const [name, operation] of Object.entries(operations)) {
        const { variables } = gateway.examples.find((example) => example.name === name)!;
        await createUrqlClient(gateway.url, gateway.token).query(operation, variables);
      }
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, []);
  });

  it('come from the cache of urql, by another query for the same run', async () => {
    const { variables } = gateway.examples.find(({ name }) => name === 'WhyDidItFail')!;
    const client = createUrqlClient(gateway.url, gateway.token);
    const first = await client.query(operations.WhyDidItFail!, variables);
    const again = await client.query(operations.WhyDidItFail!, variables, { requestPolicy: 'cache-only' });
    assert.notEqual(first.data, undefined);
    assert.deepEqual(again.data, first.data);
  });
});

/** Returns a response without the additions of clients, and without signatures, which differ from second to second. */
function comparable(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (key, value) => (key === '__typename' || key === 'downloadUrl' ? undefined : value)),
  );
}

interface CodedErrors {
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

/** Where each client keeps the errors' codes. */
function codesOf(error: unknown): unknown[] {
  const { errors, graphQLErrors, response } = error as CodedErrors & {
    readonly graphQLErrors?: CodedErrors['errors'];
    readonly response?: CodedErrors;
  };
  return (errors ?? graphQLErrors ?? response?.errors ?? []).map(({ extensions }) => extensions?.code);
}
