import type { HTTPGraphQLRequest } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import type { Transport } from '../../streams/open-streams.js';
import type { AuditEntry } from '../../task-runs/audit/response-audit.js';
import type { GatewayContext } from '../context.js';
import type { PlannedOperation } from '../execution/planned-operation.js';

/** The requests of protocols other than HTTP. */
export const otherProtocol = {
  isOwnPage: false,
  isTraced: false,
  isGet: false,
  needsApolloCheck: false,
  toHttpRequest: () => null,
} as const;

/** The request that an operation came by. */
export interface OperationTransport {
  /** The context, of a caller whose token was accepted. */
  readonly context: GatewayContext;
  /** Whether the request claims to be from a page of the gateway, such as GraphiQL. */
  readonly isOwnPage: boolean;
  /** Whether the client gets a trace of resolvers with the result. */
  readonly isTraced: boolean;
  /** The document of a tool, the gateway's own or a trusted one. Then the parameters have none. */
  readonly ownDocument?: DocumentNode;
  /** Whether only queries may be executed. */
  readonly isGet: boolean;
  /** Whether Apollo Server has to check the request itself, also for a known document. */
  readonly needsApolloCheck: boolean;
  /** Returns the request in Apollo Server's form; null for an operation without an HTTP request. */
  toHttpRequest(parameters: unknown): HTTPGraphQLRequest | null;
  /** The way of the response in the audit log; null: it is recorded in another form. */
  readonly entry: AuditEntry | null;
  /** Returns how the client can receive events; null: it cannot. */
  streamTransport(): Transport | null;
}

/** An operation of a valid document, with the variables as the client sent them. */
export interface OperationRequest {
  readonly operation: PlannedOperation;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: GatewayContext;
}

/** An operation of a valid document. */
export type FoundOperation = Pick<OperationRequest, 'operation' | 'variables'>;
