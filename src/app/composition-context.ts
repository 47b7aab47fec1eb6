import type { Config } from '../config/config.js';
import type { StatementRunner } from '../database/connection/statement-runner.js';
import type { Traces } from '../request/follow-trace.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { OpenParts } from './closing-order.js';
import type { PublicUrl } from './public-url.js';

/** Dependencies that tests replace, and values from other processes. */
export interface GatewayDependencies {
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

/** The configuration, and the dependencies that all parts share. */
export interface CompositionContext extends GatewayDependencies {
  readonly config: Config;
  readonly metrics: Metrics;
  /** undefined: no request is traced or timed. */
  readonly traces: Traces | undefined;
  readonly publicUrl: PublicUrl;
  /** Receives the function that closes each opened part. */
  readonly openParts: OpenParts;
}
