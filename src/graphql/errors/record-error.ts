import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../context.js';
import { logLevelOf, publicError } from './error-presenter.js';

export function recordOperationName(name: string | null | undefined, { request }: GatewayContext): void {
  if (name != null) request.operationName = name.slice(0, 128);
}

/** Records a returned error in the log and the metrics, and adds the request id to an unknown one. */
export function recordError(error: GraphQLError, { request, budget }: GatewayContext): void {
  // After the client has gone, every read fails, without a response.
  if (budget.deadline.isAbandoned) return;
  const known = publicError(error);
  const sent = known ?? new GatewayError('INTERNAL_SERVER_ERROR');
  request.recordError(sent);
  if (known === null) error.extensions.requestId = request.id;
  const { code, reason } = sent.extensions;
  const level = logLevelOf(reason);
  // The request's line has clients' mistakes already. Errors for operators are logged with their cause.
  if (level === 'warn' || level === 'error') {
    const cause = error.originalError?.cause ?? error.originalError ?? error;
    request.log[level]({ err: cause, code, path: error.path }, 'A field failed.');
  }
}
