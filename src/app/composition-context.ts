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
  /** The time without changes after which a stream of changes sends a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number | undefined;
  /** Maximum number of runs that an operation's scans test; by default the operation's limit. */
  readonly maxScannedRuns?: number | undefined;
  /** Wraps the statement runner for all parts of the gateway. */
  readonly wrapStatements?: ((statements: StatementRunner) => StatementRunner) | undefined;
  /**
   * The start of a new embedded demo, in milliseconds since the epoch; by default the end of the period shown in the
   * documents.
   */
  readonly demoStartMs?: number;
  /** Returns the metrics of all processes that share the port with this one, in Prometheus text format. */
  readonly allMetrics?: () => Promise<string>;
}

/** The configuration, and the dependencies that all parts share. */
export interface CompositionContext extends GatewayDependencies {
  readonly config: Config;
  readonly metrics: Metrics;
  /** `undefined` if no request is traced or timed. */
  readonly traces: Traces | undefined;
  readonly publicUrl: PublicUrl;
  /** Collects the function that closes each opened part. */
  readonly openParts: OpenParts;
}
