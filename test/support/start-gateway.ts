// Whole gateways behind real HTTP, in the process of gateway-host.mjs.

import type { DemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import type { BoundStatement } from '../../src/database/statements.js';
import { callHost } from './call-host.js';
import type { Queries } from './databases.js';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.js';
import { untilSettled } from './until-settled.js';

/** The time of a gateway, now by default. */
export interface Clock {
  /** Stands still there, in milliseconds since the epoch. */
  readonly at?: number;
  /** The message of the error that signing a link throws instead. */
  readonly breaks?: string;
}

export interface GatewayOptions {
  /** Variables over the harness's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Prepares rows before any request, also for changes and exports. */
  readonly arrange?: (database: Queries) => Promise<unknown>;
  readonly clock?: Clock;
  /** The time without a change after which a stream of changes sends a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number;
  /** Runs that the scans of an operation test at most; by default its limit. */
  readonly maxScannedRuns?: number;
  /** Whether the texts of all statements are kept, for `takeStatements`. */
  readonly recordsStatements?: boolean;
}

export interface Gateway extends GraphqlClient, Queries {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  readonly issuer: {
    readonly config: DemoIssuer['config'];
    sign(token: Omit<Parameters<DemoIssuer['sign']>[0], 'now'> & { readonly now?: number }): Promise<string>;
  };
  /** Signs a token for a subject that ends in an hour, with the given confinement. */
  tokenFor(subject: string, confinement?: { orgId?: string; projectId?: string; taskId?: string }): Promise<string>;
  /** Returns the token of all requests that name a subject by `as`. */
  sharedTokenFor(subject: string): Promise<string>;
  /** SQL statements sent since the gateway started, by name. */
  statements(): Promise<Record<string, number>>;
  /** Counts by name the SQL statements that are sent during `act`. */
  statementsOf(act: () => Promise<unknown>): Promise<Record<string, number>>;
  /** Returns the statements that were sent since the last call, with the values of their parameters. */
  takeStatements(): Promise<readonly BoundStatement[]>;
  /** Errors sent since the gateway started, by reason. */
  errors(): Promise<Record<string, number>>;
  /** Everything that was logged since the test file began. */
  logLines(): Promise<readonly Record<string, unknown>[]>;
  setClock(clock: Clock): Promise<void>;
  close(): Promise<void>;
}

/** Returns the counters that `act` has changed, by how much. */
export async function differenceOf(
  count: () => Promise<Record<string, number>>,
  act: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const before = await count();
  await act();
  const added = Object.entries(await count()).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, value]) => value > 0));
}

/** The demo data are read like all else, and may just have been made. */
async function arrangeIn(gateway: Gateway, arrange: GatewayOptions['arrange']): Promise<void> {
  await arrange?.(gateway);
  await untilSettled(gateway);
}

/** A gateway of the test's own. */
export async function startGateway({ arrange, ...options }: GatewayOptions = {}): Promise<Gateway> {
  const gateway = gatewayAt(await callHost('open', options), 0);
  await arrangeIn(gateway, arrange);
  return gateway;
}

/** For a describe: a separate gateway, from before its tests to after them. */
export function useOwnGateway(options: GatewayOptions = {}): Gateway {
  return use(() => startGateway(options));
}

/**
 * For a describe: the gateway that all files of a worker share whose environment is the same. What is arranged in its
 * database stays, so it is under ids of the file's own (`idOf`); the demo data are not to be changed.
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

/** Tens of thousands of runs may be arranged first. */
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
    // Belongs to no request: it is read in the background, every ten minutes.
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
      // Tokens may have ended by then.
      shared.clear();
      return callHost('setClock', { url, clock });
    },
    close: () => callHost('close', { url }),
  };
}
