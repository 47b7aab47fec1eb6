import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../context.js';
import { logLevelOf, publicError } from './error-presenter.js';

export function recordOperationName(name: string | null | undefined, { request }: GatewayContext): void {
  if (name != null) request.operationName = name.slice(0, 128);
}

/** Records a returned error in the log and the metrics, and adds the request id to unknown errors. */
export function recordError(error: GraphQLError, { request, budget }: GatewayContext): void {
  // Once the client has disconnected, every read fails and no response is sent.
  if (budget.deadline.isAbandoned) return;
  const known = publicError(error);
  const sent = known ?? new GatewayError('INTERNAL_SERVER_ERROR');
  request.recordError(sent);
  if (known === null) error.extensions.requestId = request.id;
  const { code, reason } = sent.extensions;
  const level = logLevelOf(reason);
  // Client errors are already included in the request's log line. Errors that concern operators are logged with their
  // cause.
  if (level === 'warn' || level === 'error') {
    const cause = error.originalError?.cause ?? error.originalError ?? error;
    request.log[level]({ err: cause, code, path: error.path }, 'A field failed.');
  }
}
