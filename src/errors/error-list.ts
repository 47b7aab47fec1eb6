import { catalogue } from './catalogue.js';
import { graphqlCatalogue } from './graphql-catalogue.js';

/** An error in the public list. */
export interface ListedError {
  readonly code: string;
  readonly reason: string;
  readonly status: number;
  readonly message: string;
  readonly when: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

const retryableStatuses: ReadonlySet<number> = new Set([429, 503]);

/** All errors that the gateway returns, ordered by status. GraphQL's own follow the others with the same status. */
export const errorList: readonly ListedError[] = [
  ...Object.entries(catalogue),
  ...Object.entries(graphqlCatalogue).map(([code, entry]) => [code, { code, ...entry }] as const),
]
  .map(([reason, { code, status, message, when }]) => ({
    code,
    reason,
    status,
    message,
    when,
    retryable: retryableStatuses.has(status),
  }))
  .sort((one, other) => one.status - other.status);

export const errorsPath = '/errors';

/** Returns the URL of a code's description. @param publicUrl without a trailing slash */
export function docUrlOf(code: string, publicUrl: string): string {
  return `${publicUrl}${errorsPath}#${code}`;
}
