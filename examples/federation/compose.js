// Composes supergraph.graphql from the SDL of both subgraphs.

import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { customersUrl, runsUrl } from './settings.js';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Removes the key `id` of runs: some planners prefer it, although the customers have the full path. */
const withoutIdKey = (sdl) => sdl.replace(/^(type TaskRun .*) @key\(fields: "id"\)/m, '$1');

const { supergraphSdl, errors = [] } = composeServices([
  { name: 'task-runs', url: runsUrl, typeDefs: parse(withoutIdKey(read('subgraph.graphql'))) },
  { name: 'customers', url: customersUrl, typeDefs: parse(read('customers.graphql')) },
]);
if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
writeFileSync(new URL('supergraph.graphql', import.meta.url), supergraphSdl);
