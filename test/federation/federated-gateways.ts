// Federated gateways in typical configurations, in front of this gateway and a second subgraph. They pass on the
// caller's token.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { composeServices as composeByTheGuild } from '@theguild/federation-composition';
import { type DocumentNode, parse } from 'graphql';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql-client.js';
import type { Gateway } from '../support/start-gateway.js';
import { type Subgraph, startNotesSubgraph } from './notes-subgraph.js';

/** The common interface of both composers. */
export type Compose = (services: { name: string; url: string; typeDefs: DocumentNode }[]) => {
  readonly supergraphSdl?: string | undefined;
  readonly errors?: readonly unknown[] | undefined;
  readonly hints?: readonly unknown[] | undefined;
};

export const composers: readonly [string, Compose][] = [
  ['@apollo/composition', composeServices],
  ['@theguild/federation-composition', composeByTheGuild],
];

interface FederationOptions {
  readonly startOther?: () => Promise<Subgraph>;
  readonly compose?: Compose;
  /** This gateway's SDL. */
  readonly runsSdl?: string;
}

export interface FederatedGateway {
  readonly url: string;
  stop(): Promise<void>;
}

export const federatedGateways = [
  { name: '@apollo/gateway', start: startApolloGateway },
  { name: 'Hive Gateway', start: startHiveGateway },
];

/**
 * Starts a federated gateway in front of this one and another subgraph, by default the notes. Returns a client for it.
 */
export async function startFederation(
  gateway: Gateway,
  start: (supergraphSdl: string) => Promise<FederatedGateway>,
  {
    startOther = startNotesSubgraph,
    compose = composeServices as Compose,
    runsSdl = readFileSync('examples/federation/subgraph.graphql', 'utf8'),
  }: FederationOptions = {},
): Promise<GraphqlClient & FederatedGateway> {
  const other = await startOther();
  const { supergraphSdl, errors } = compose([
    {
      name: 'runs',
      typeDefs: parse(runsSdl),
      url: `${gateway.url}/graphql`,
    },
    { name: other.name, typeDefs: parse(other.sdl), url: other.url },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors!.join('\n'));
  const federated = await start(supergraphSdl);
  return {
    ...createGraphqlClient(federated.url, gateway.tokenFor, false),
    url: federated.url,
    async stop() {
      await federated.stop();
      await other.stop();
    },
  };
}

interface CallerContext {
  readonly authorization?: string | undefined;
}

class CallersDataSource extends RemoteGraphQLDataSource<CallerContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<CallerContext>): void {
    if (context.authorization !== undefined) request.http!.headers.set('authorization', context.authorization);
  }
}

async function startApolloGateway(supergraphSdl: string): Promise<FederatedGateway> {
  // Otherwise it sends metrics to Apollo, and queries cloud metadata servers for its location.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new CallersDataSource({ url: url! }) });
  const server = new ApolloServer<CallerContext>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return { url: url.replace(/\/$/, ''), stop: () => server.stop() };
}

export async function startHiveGateway(
  supergraph: string,
  options: { readonly demandControl?: { readonly includeExtensionMetadata: boolean } } = {},
): Promise<FederatedGateway> {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: false,
    ...options,
    propagateHeaders: {
      fromClientToSubgraphs({ request }) {
        const authorization = request.headers.get('authorization');
        return authorization === null ? {} : { authorization };
      },
    },
  });
  const server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
      await gateway[Symbol.asyncDispose]();
    },
  };
}
