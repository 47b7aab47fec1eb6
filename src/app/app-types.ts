// The types of the application and of its dependencies.

import type { DataSource } from 'typeorm';
import type { DemoIssuer } from '../access/tokens/demo-issuer.js';
import type { IssuersChange } from '../access/tokens/trusted-issuers.js';
import type { Config } from '../config/config.js';
import type { StatementRunner } from '../database/connection/statement-runner.js';
import type { GraphqlServer } from '../graphql/operation/start-graphql-server.js';
import type { Traces } from '../request/follow-trace.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { OpenParts } from './closing-order.js';

export interface App {
  /** Starts to listen. Returns the base URL of the server itself. */
  listen(): Promise<string>;
  /** Finishes running requests and releases everything; may be called again. */
  close(): Promise<void>;
  /** Replaces all trusted issuers except the demo's, if that was trusted at the start. */
  replaceIssuers(issuers: Config['issuers']): Promise<IssuersChange>;
  readonly trustedDocuments: Pick<GraphqlServer['trustedDocuments'], 'paths' | 'load' | 'replace'>;
  /** Opens the audit log by its path again, where there is one. */
  reopenAuditLog(): Promise<void>;
  readonly metrics: Metrics;
  /** For tests that prepare rows, because the embedded database has a single session. */
  readonly dataSource: DataSource;
  /** Signs demo tokens; null where the demo issuer is not trusted. */
  readonly demoIssuer: DemoIssuer | null;
}

/** Dependencies that tests replace, and values from other processes. */
export interface AppDependencies {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The time without a change after which a stream of changes has a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number | undefined;
  /** Runs that the scans of an operation test at most; by default its limit. */
  readonly maxScannedRuns?: number | undefined;
  /** Wraps the runner of statements for every part of the gateway. */
  readonly wrapStatements?: ((statements: StatementRunner) => StatementRunner) | undefined;
  /** The start of a new embedded demo, in milliseconds since the epoch; omitted: the end of the documents' period. */
  readonly demoStartMs?: number;
  /** The metrics of all processes that share the port with this one, in the text format of Prometheus. */
  readonly allMetrics?: () => Promise<string>;
}

/** Dependencies that all parts share. */
export interface AppContext extends AppDependencies {
  readonly metrics: Metrics;
  /** undefined: no request is traced or timed. */
  readonly traces: Traces | undefined;
  /** Base of absolute URLs, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Receives the function that closes each opened part. */
  readonly parts: OpenParts;
}
