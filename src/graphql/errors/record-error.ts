import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../context.js';
import { logLevelOf, publicError } from './error-presenter.js';

export function recordOperationName(name: string | null | undefined, { request }: GatewayContext): void {
  if (name != null) request.operationName = name.slice(0, 128);
}

/** Records a returned error for the log and the metrics; an unknown one is marked with the request id. */
export function recordError(error: GraphQLError, { request, budget }: GatewayContext): void {
  // Of a client that has gone, every read fails, and nobody sees it.
  if (budget.isAbandoned) return;
  const known = publicError(error);
  const { extensions } = known ?? new GatewayError('INTERNAL_SERVER_ERROR');
  const { code, reason } = extensions;
  request.recordError(extensions, { target: known?.target });
  if (known === null) error.extensions.requestId = request.id;
  const level = logLevelOf(reason);
  // A client's mistakes are in the request's own line already; what an operator has to act on gets its cause.
  if (level === 'warn' || level === 'error') {
    const cause = error.originalError?.cause ?? error.originalError ?? error;
    request.log[level]({ err: cause, code, path: error.path }, 'A field failed.');
  }
}
