// The subgraph of a service with its own tables: customers, each with the `reference` of its runs. The router passes the
// caller's token on to this service as well. The example does not check it, so it listens to this machine only.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { customersPort } from './settings.js';

/** Replaces a table. The path of the disputed run would be four columns. */
const customers = [
  {
    reference: 'order-104220',
    name: 'Baltic Freight',
    plan: 'PREMIUM',
    disputedRun: {
      orgId: '01a01e2f-2000-775f-b7b0-4d2660bb1d31',
      projectId: '01a01e2f-2000-79aa-994d-0be6f1df07fd',
      taskId: '01a01e2f-2000-71a3-9c64-0eae882a5626',
      id: '01a18c2f-4bb7-7203-a7f6-c8637a967ecb',
    },
  },
  {
    reference: 'order-104221',
    name: 'Elbe Bakery',
    plan: 'BASIC',
    // This run was deleted.
    disputedRun: {
      orgId: '01a01e2f-2000-775f-b7b0-4d2660bb1d31',
      projectId: '01a01e2f-2000-79aa-994d-0be6f1df07fd',
      taskId: '01a01e2f-2000-71a3-9c64-0eae882a5626',
      id: '01a18c2f-4bb7-7203-a7f6-000000000000',
    },
  },
];

/** Reads the customers of many references at once: `SELECT … FROM customer WHERE reference = ANY($1)`. */
async function readCustomers(references) {
  const wanted = new Set(references);
  return new Map(customers.filter(({ reference }) => wanted.has(reference)).map((row) => [row.reference, row]));
}

/** The field by which a router completes entities. Every subgraph with entities has it. */
const entitySdl = `
  scalar _Any
  union _Entity = TaskRun
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

const typeDefs = [readFileSync(new URL('customers.graphql', import.meta.url), 'utf8'), entitySdl];
const resolvers = {
  Query: {
    customer: async (_, { reference }) => (await readCustomers([reference])).get(reference),
    // A representation has the key of a run, and the reference that `@requires` names. A list of runs makes one request.
    _entities: async (_, { representations }) => {
      const byReference = await readCustomers(representations.map(({ reference }) => reference));
      return representations.map((run) => ({ ...run, customer: byReference.get(run.reference) }));
    },
  },
  _Entity: { __resolveType: ({ __typename }) => __typename },
};
const schema = createSchema({ typeDefs, resolvers, assumeValidSDL: true });
await once(createServer(createYoga({ schema, logging: false })).listen(customersPort, '127.0.0.1'), 'listening');
