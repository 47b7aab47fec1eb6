import type { HTTPGraphQLRequest } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import type { Transport } from '../../streams/open-streams.js';
import type { AuditEntry } from '../../task-runs/audit/response-audit.js';
import type { GatewayContext } from '../context.js';
import type { PlannedOperation } from '../execution/planned-operation.js';

/** Requests over protocols other than HTTP. */
export const otherProtocol = {
  isOwnPage: false,
  isTraced: false,
  isGet: false,
  needsApolloCheck: false,
  toHttpRequest: () => null,
} as const;

/** The request with which an operation was received. */
export interface OperationTransport {
  /** The context of a caller whose token was accepted. */
  readonly context: GatewayContext;
  /** Whether the request claims to come from one of the gateway's pages, such as GraphiQL. */
  readonly isOwnPage: boolean;
  /** Whether the client gets a resolver trace with the result. */
  readonly isTraced: boolean;
  /** A tool's document, either the gateway's own or a trusted one. If present, the parameters contain no document. */
  readonly ownDocument?: DocumentNode;
  /** Whether only queries may be executed. */
  readonly isGet: boolean;
  /** Whether Apollo Server has to check the request itself, even for a cached document. */
  readonly needsApolloCheck: boolean;
  /** Returns the request in Apollo Server's format, or null for an operation without an HTTP request. */
  toHttpRequest(parameters: unknown): HTTPGraphQLRequest | null;
  /** The response's channel in the audit log, or null if it is recorded in another form. */
  readonly entry: AuditEntry | null;
  /** Returns how the client can receive events, or null if it cannot. */
  streamTransport(): Transport | null;
}

/** An operation in a valid document, with the variables as sent by the client. */
export interface OperationRequest {
  readonly operation: PlannedOperation;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: GatewayContext;
}

/** An operation in a valid document. */
export type FoundOperation = Pick<OperationRequest, 'operation' | 'variables'>;
