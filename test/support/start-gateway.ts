// A whole gateway for one test file: its own data, its own port, real HTTP. Nothing of the program is replaced but the
// clock and the place log lines go to.

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { type DemoIssuer, openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import { createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { createTestDatabase, type DatabaseKind } from './databases.js';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.js';

export interface GatewayOptions {
  /** Variables over the harness's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Prepares rows before the gateway starts. */
  readonly arrange?: (dataSource: DataSource) => Promise<void>;
  readonly now?: () => number;
}

export interface Gateway extends GraphqlClient {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  readonly issuer: DemoIssuer;
  /** A token that ends in an hour, of a subject and as confined as said. */
  tokenFor(subject: string, confinement?: { orgId?: string; projectId?: string; taskId?: string }): Promise<string>;
  /** SQL statements sent since the gateway started, by name. */
  statements(): Promise<Record<string, number>>;
  /** Errors sent since the gateway started, by reason. */
  errors(): Promise<Record<string, number>>;
  /** Everything that was logged. */
  readonly logLines: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startGateway(kind: DatabaseKind, options: GatewayOptions = {}): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const dataDir = join(folder, 'data');
  await cp(process.env.TEST_TEMPLATE_DATA_DIR!, dataDir, { recursive: true });
  const database = await createTestDatabase(kind);
  const issuer = await openDemoIssuer(dataDir);
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    AUTH_ISSUERS: JSON.stringify([issuer.config]),
    ...options.environment,
  });
  const logLines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void logLines.push(JSON.parse(line)) });
  if (options.arrange) {
    const { dataSource, close } = await openDatabase(config, { log, fill: async () => {} });
    await options.arrange(dataSource).finally(close);
  }
  const now = options.now ?? Date.now;
  const app = await createApp(config, { log, now });
  const url = await app.listen();
  const tokenFor: Gateway['tokenFor'] = (subject, confinement = {}) =>
    issuer.sign({ subject, ...confinement, expiresInSeconds: 3600, now: now() });
  return {
    url,
    dataDir,
    issuer,
    logLines,
    tokenFor,
    ...createGraphqlClient(url, tokenFor),
    async statements() {
      const { values } = await app.metrics.statements.get();
      return Object.fromEntries(values.map(({ labels, value }) => [labels.statement, value]));
    },
    async errors() {
      const { values } = await app.metrics.errors.get();
      return Object.fromEntries(values.map(({ labels, value }) => [labels.reason, value]));
    },
    async close() {
      await app.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
