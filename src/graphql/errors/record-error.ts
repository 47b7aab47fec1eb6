import type { GraphQLError } from 'graphql';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { logLevelOf, publicError } from './error-presenter.js';

export function recordOperationName(name: string | null | undefined, { request }: GatewayContext): void {
  if (name != null) request.operationName = name.slice(0, 128);
}

/** Records a returned error in the log and the metrics; an unknown one gets the request id. */
export type RecordError = (error: GraphQLError, context: GatewayContext) => void;

export function createErrorRecorder(metrics: Metrics): RecordError {
  return (error, { request }) => {
    const known = publicError(error)?.extensions;
    const { code, reason } = known ?? { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL_SERVER_ERROR' };
    request.codes.push(code);
    metrics.errors.inc({ code, reason });
    if (known === undefined) error.extensions.requestId = request.id;
    const level = logLevelOf(reason);
    // A client's mistakes are in the request's own line already; what operators have to act on is logged with its
    // cause.
    if (level === 'warn' || level === 'error') {
      const cause = error.originalError?.cause ?? error.originalError ?? error;
      request.log[level]({ err: cause, code, path: error.path }, 'A field failed.');
    }
  };
}
