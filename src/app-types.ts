// What the composition root gives, and what it is given beside the configuration.

import type { DataSource } from 'typeorm';
import type { DemoIssuer } from './access/tokens/demo-issuer.js';
import type { IssuersChange } from './access/tokens/trusted-issuers.js';
import type { Config } from './config/config.js';
import type { GraphqlServer } from './graphql/apollo/graphql-server.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface App {
  /** Starts to listen. Returns the base URL of the server itself. */
  listen(): Promise<string>;
  /** Finishes running requests and releases everything; may be called again. */
  close(): Promise<void>;
  /** Trusts these issuers, beside the demo's where that was trusted at the start, and no other. */
  replaceIssuers(issuers: Config['issuers']): Promise<IssuersChange>;
  readonly trustedDocuments: Pick<GraphqlServer['trustedDocuments'], 'paths' | 'load' | 'replace'>;
  readonly metrics: Metrics;
  /** For tests, which prepare rows: the embedded database has one session for all. */
  readonly dataSource: DataSource;
  /** Signs demo tokens; null where the demo issuer is not trusted. */
  readonly demoIssuer: DemoIssuer | null;
}

/** Dependencies that tests replace, and values that one process cannot know. */
export interface AppDependencies {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The time without a change after which a stream of changes has a heartbeat; 15 seconds unless told. */
  readonly heartbeatMs?: number | undefined;
  /** Runs that the scans of an operation test at most; by default its limit. */
  readonly maxScannedRuns?: number | undefined;
  /** When an embedded demo that is made now starts, in milliseconds since the epoch; omitted: when its documents end. */
  readonly demoStartMs?: number;
  /** The metrics of all processes that share the port with this one, in the text format of Prometheus. */
  readonly allMetrics?: () => Promise<string>;
}
