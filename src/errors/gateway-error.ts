import { catalogue, type Reason } from './catalogue.js';
import type { ErrorDetails, ForbiddenExplanation } from './error-details.js';

/** The members by which clients distinguish errors. They are the same in GraphQL `extensions` and in HTTP bodies. */
export interface ErrorExtensions extends ErrorDetails {
  readonly code: string;
  readonly status: number;
  readonly reason: string;
  /** graphql-js copies an error's extensions only from a plain indexable object. */
  readonly [fact: string]: unknown;
}

/** The requested ids, if given. */
export interface ErrorTarget {
  readonly orgId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly taskId?: string | null | undefined;
  /** The id of the run, reporting group or node. */
  readonly id?: string | undefined;
}

interface GatewayErrorOptions extends ErrorOptions {
  /** Replaces the catalogue's message. */
  readonly message?: string;
  readonly target?: ErrorTarget;
}

/**
 * An error that is returned to the client unchanged. graphql-js copies the `extensions` of a thrown error to the
 * response, so even modules that do not depend on GraphQL throw it. `cause` and `target` are only for the log.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly reason: Reason;
  readonly extensions: ErrorExtensions;
  readonly target: ErrorTarget | undefined;

  constructor(reason: Reason, details: ErrorDetails = {}, options?: GatewayErrorOptions) {
    super(options?.message ?? catalogue[reason].message, options);
    this.reason = reason;
    this.target = options?.target;
    this.extensions = { code: catalogue[reason].code, status: catalogue[reason].status, reason, ...details };
  }
}

/** Returns whether the error means that a resource does not exist or that the caller may not read it. */
export function isHidden(error: unknown): error is GatewayError {
  return error instanceof GatewayError && ['PERMISSION_CHECK_FAILED', 'TASK_RUN_NOT_FOUND'].includes(error.reason);
}

/**
 * Returns the error for a run, group or node that a subject may not read.
 * @param explanation only if the caller may know it; if omitted, the bytes do not depend on which resources exist
 */
export function forbidden(
  target: ErrorTarget,
  resource: 'task_run' | 'reporting_group' | 'organization' | 'node' = 'task_run',
  explanation?: ForbiddenExplanation,
  permission: 'read' | 'read_payload' | 'share' = 'read',
): GatewayError {
  return new GatewayError('PERMISSION_CHECK_FAILED', { permission, resource, ...explanation }, { target });
}
