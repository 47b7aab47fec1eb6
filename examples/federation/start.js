// Composes the supergraph, and starts the subgraph of customers and Hive Gateway.

import './compose.js';
import './customers.js';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { gatewayConfig } from './gateway.config.js';

const { host, port, ...config } = gatewayConfig;
process.chdir(import.meta.dirname);
createServer(createGatewayRuntime({ ...config, logging: 'warn' })).listen(port, host, () =>
  process.stdout.write(`The supergraph is ready at http://${host}:${port}/graphql\n`),
);
// Hive Gateway closes its own resources, but not the servers.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
