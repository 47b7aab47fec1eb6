// Requests of clients that use the API correctly, incorrectly or maliciously.

import type { GraphQLSchema } from 'graphql';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import type { Random } from '../../src/demo/data/random.js';
import { demoArguments } from './demo-arguments.js';
import { createRandomOperation } from './random-operation.js';

export interface RandomRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const responseType = 'application/graphql-response+json';

export function createRandomRequest(schema: GraphQLSchema, random: Random): RandomRequest {
  const kind = random.integer(0, 9);
  if (kind === 0) return restRequest(random);
  const { source: query, variables } = createRandomOperation(schema, random, (field) => demoArguments(field, random));
  const body = JSON.stringify({ query, variables });
  if (kind === 1) {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const headers = { 'apollo-require-preflight': 'yes', accept: responseType };
    return { method: 'GET', path: `/graphql?${parameters}`, headers };
  }
  if (kind === 2) return post(damaged(body, random), random);
  if (kind === 3) return post(oddBody(query, random), random);
  return post(body, random);
}

function post(body: string, random: Random): RandomRequest {
  const type = random.chance(95) ? 'application/json' : random.pick(['text/plain', 'application/graphql', 'x/y', '']);
  const accept = random.chance(3) ? 'text/css' : random.pick(['*/*', 'application/json', responseType]);
  return { method: 'POST', path: '/graphql', headers: { 'content-type': type, accept }, body };
}

/** Removes, doubles or replaces some characters. */
function damaged(text: string, random: Random): string {
  let result = text;
  for (let count = random.integer(1, 4); count > 0; count -= 1) {
    const from = random.integer(0, result.length);
    const to = from + random.integer(0, random.chance(80) ? 3 : 300);
    const insert = random.pick([
      '',
      '"',
      '{',
      '}',
      '\\',
      '\u0000',
      '\ud800',
      '…',
      '$',
      result.slice(from, to).repeat(2),
    ]);
    result = result.slice(0, from) + insert + result.slice(to);
  }
  return result;
}

function oddBody(query: string, random: Random): string {
  const absentHash = { persistedQuery: { version: 1, sha256Hash: random.hex(64) } };
  return JSON.stringify(
    random.pick([
      null,
      5,
      'text',
      [],
      [{ query }],
      {},
      { query: 5 },
      { query, variables: 'none' },
      { query, variables: [] },
      { query, operationName: random.pick(['Random', 'Other', 5, '']) },
      { query, extensions: random.pick([5, {}, absentHash]) },
      { extensions: absentHash },
      { query: `${query} ${query}` },
      { query: `mutation { ${random.hex(4)} }` },
      { query: '{ __schema { types { name fields { name } } } }' },
      { query: `${'{ viewer '.repeat(random.integer(1, 500))}` },
    ]),
  );
}

function restRequest(random: Random): RandomRequest {
  const { orgId, projectId, taskId, id } = random.pick([
    ...Object.values(demoPlaces),
    { ...demoPlaces.richRun, id: random.pick(['malformed', '%00', '..', `0190a234-8dc6-6d08-aea9-${random.hex(12)}`]) },
  ]);
  const runs = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
  const page = new URLSearchParams({
    page_limit: random.pick(['1', '5', '100', '0', '101', 'many']),
    ...(random.chance(30) ? { status: random.pick(['SUCCESS', 'FAIL', 'OTHER']) } : {}),
    ...(random.chance(20) ? { cursor: random.hex(random.integer(1, 300)) } : {}),
    ...(random.chance(20) ? { task_revision_id: random.pick([taskId, 'malformed']) } : {}),
  });
  const file = random.pick(['report.pdf', '%2e%2e', 'a%00b', random.hex(255)]);
  const path = random.pick([`${runs}/${id}`, `${runs}?${page}`, `${runs}/${id}/file/${file}`, `${runs}/${id}/other`]);
  return { method: 'GET', path, headers: { accept: 'application/json' } };
}
