// Complete gateways with real HTTP, in the process of gateway-host.mjs.

import type { DemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import type { BoundStatement } from '../../src/database/statements.js';
import { callHost } from './call-host.js';
import type { Queries } from './databases.js';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.js';
import { untilSettled } from './until-settled.js';

/** The clock of a gateway, by default the current time. */
export interface Clock {
  /** The time at which it stands still, in milliseconds since the epoch. */
  readonly at?: number;
  /** The message of an error that is thrown instead of signing a link. */
  readonly breaks?: string;
}

export interface GatewayOptions {
  /** Variables that override the harness's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Inserts rows before any request, including for changes and exports. */
  readonly arrange?: (database: Queries) => Promise<unknown>;
  readonly clock?: Clock;
  /** The time without changes after which a stream of changes sends a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number;
  /** Maximum number of runs that an operation's scans test; by default the operation's limit. */
  readonly maxScannedRuns?: number;
  /** Whether to record all statements, for `takeStatements`. */
  readonly recordsStatements?: boolean;
}

export interface Gateway extends GraphqlClient, Queries {
  /** The base URL without a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  readonly issuer: {
    readonly config: DemoIssuer['config'];
    sign(token: Omit<Parameters<DemoIssuer['sign']>[0], 'now'> & { readonly now?: number }): Promise<string>;
  };
  /** Signs a token for a subject with the given confinement, which expires in an hour. */
  tokenFor(subject: string, confinement?: { orgId?: string; projectId?: string; taskId?: string }): Promise<string>;
  /** Returns the token for all requests that specify a subject with `as`. */
  sharedTokenFor(subject: string): Promise<string>;
  /** Returns the numbers of SQL statements sent since the gateway started, by name. */
  statements(): Promise<Record<string, number>>;
  /** Returns the numbers of SQL statements sent during `act`, by name. */
  statementsOf(act: () => Promise<unknown>): Promise<Record<string, number>>;
  /** Returns the statements that were sent since the last call, with the values of their parameters. */
  takeStatements(): Promise<readonly BoundStatement[]>;
  /** Returns the numbers of errors sent since the gateway started, by reason. */
  errors(): Promise<Record<string, number>>;
  /** Returns everything that was logged since the test file began. */
  logLines(): Promise<readonly Record<string, unknown>[]>;
  setClock(clock: Clock): Promise<void>;
  close(): Promise<void>;
}

/** Returns the counters that `act` changed, with the differences. */
export async function differenceOf(
  count: () => Promise<Record<string, number>>,
  act: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const before = await count();
  await act();
  const added = Object.entries(await count()).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, value]) => value > 0));
}

/** The demo data is read like all other rows, and may have just been created. */
async function arrangeIn(gateway: Gateway, arrange: GatewayOptions['arrange']): Promise<void> {
  await arrange?.(gateway);
  await untilSettled(gateway);
}

/** Starts a separate gateway for a test. */
export async function startGateway({ arrange, ...options }: GatewayOptions = {}): Promise<Gateway> {
  const gateway = gatewayAt(await callHost('open', options), 0);
  await arrangeIn(gateway, arrange);
  return gateway;
}

/** Starts a separate gateway for a describe, before its tests, and closes it after them. */
export function useOwnGateway(options: GatewayOptions = {}): Gateway {
  return use(() => startGateway(options));
}

/**
 * Returns, for a describe, the gateway that all files of a worker with the same environment share. Rows inserted into
 * its database stay there, so they must have ids of the file (`idOf`). The demo data must not be changed.
 */
export function useGateway({ arrange, clock = {}, ...options }: GatewayOptions = {}): Gateway {
  return use(async () => {
    const { logged, ...opened } = await callHost('share', options);
    const gateway = gatewayAt(opened, logged);
    await gateway.setClock(clock);
    await arrangeIn(gateway, arrange);
    return { ...gateway, close: () => callHost('unshare', { url: gateway.url }) };
  });
}

/** Tens of thousands of runs may be inserted first. */
const startTimeoutMs = 180_000;

function use(start: () => Promise<Gateway>): Gateway {
  const gateway = {} as Gateway;
  beforeAll(async () => {
    Object.assign(gateway, await start());
  }, startTimeoutMs);
  afterAll(() => gateway.close?.());
  return gateway;
}

function gatewayAt(
  { url, dataDir, issuer }: { url: string; dataDir: string; issuer: DemoIssuer['config'] },
  firstLine: number,
): Gateway {
  const sign: Gateway['issuer']['sign'] = (token) => callHost('sign', { url, token });
  const tokenFor: Gateway['tokenFor'] = (subject, confinement = {}) =>
    sign({ subject, ...confinement, expiresInSeconds: 3600 });
  const shared = new Map<string, Promise<string>>();
  const sharedTokenFor = (subject: string) => {
    const token = shared.get(subject) ?? tokenFor(subject);
    shared.set(subject, token);
    return token;
  };
  const statements = async () => {
    // This does not belong to a request: it is read in the background every ten minutes.
    const { run_counts: _runCounts, ...counted } = await callHost('counted', {
      url,
      metric: 'statements',
      label: 'statement',
    });
    return counted;
  };
  return {
    url,
    dataDir,
    issuer: { config: issuer, sign },
    tokenFor,
    sharedTokenFor,
    ...createGraphqlClient(url, sharedTokenFor),
    query: (sql, values = []) => callHost('query', { url, sql, values }),
    statements,
    statementsOf: (act) => differenceOf(statements, act),
    takeStatements: () => callHost('takeStatements', { url }),
    errors: () => callHost('counted', { url, metric: 'errors', label: 'reason' }),
    logLines: () => callHost('logLines', { url, from: firstLine }),
    setClock(clock) {
      // Tokens may have expired by then.
      shared.clear();
      return callHost('setClock', { url, clock });
    },
    close: () => callHost('close', { url }),
  };
}
