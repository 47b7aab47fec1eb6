/** An error in an API response. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly reason?: string; readonly [detail: string]: unknown };
}

/** The error if the gateway was not reached, or if something else responded. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly extensions: ApiError['extensions'] = { code: 'UNREACHABLE' };
}

/** The error if nothing was sent, because the gateway would reject the token or the page has none. */
export class UnusableTokenError extends Error {
  override readonly name = 'UnusableTokenError';
  readonly extensions: ApiError['extensions'];

  constructor(why: 'none' | 'expired') {
    super();
    const reason = why === 'none' ? 'MISSING_AUTHENTICATION' : 'EXPIRED_TOKEN';
    this.extensions = { code: 'UNAUTHENTICATED', reason };
  }
}

/** The same text for a run that does not exist and for one that the caller may not see. */
export const noSuchRun = 'Run not found, or you do not have access to it.';

const sentences: Readonly<Record<string, string>> = {
  MISSING_AUTHENTICATION: 'You are not signed in.',
  INVALID_TOKEN: 'Invalid token. Check that it is complete, and from an issuer that this gateway trusts.',
  EXPIRED_TOKEN: 'Your session ended. Sign in again.',
  PERMISSION_CHECK_FAILED: 'You do not have access to this.',
  TASK_RUN_NOT_FOUND: noSuchRun,
  MALFORMED_RESOURCE_IDENTIFIER: 'An id in the address is malformed.',
};

/** Shown if the caller's role does not include payload. */
export const notVisible = 'Not visible to your role.';

/** Returns whether the error is about payload of a run whose usage the caller may read. */
export function isWithheld(error: unknown): boolean {
  return (error as Partial<ApiError>).extensions?.permission === 'read_payload';
}

const notShareable = 'Only editors and owners of the task, and the user who executed the run, may share it.';

/** Returns one sentence for users, never a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof UnreachableError) return error.message;
  const { message, extensions } = error as Partial<ApiError>;
  if (isWithheld(error)) return notVisible;
  if (extensions?.permission === 'share') return notShareable;
  return sentences[extensions?.reason ?? ''] || message || 'Something went wrong.';
}

/** Returns the error in a REST response. */
export async function errorOfResponse(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => undefined);
  const { message = body?.detail?.[0]?.msg, reason } = body?.detail ?? {};
  return { message: message ?? `The gateway answered with HTTP ${response.status}.`, extensions: { reason } };
}

/** Returns whether the same request may succeed later, such as after an outage. */
export function isTemporary(error: unknown): boolean {
  const { code = '' } = (error as Partial<ApiError>).extensions ?? {};
  return ['UNREACHABLE', 'SERVICE_UNAVAILABLE', 'RATE_LIMITED'].includes(code);
}

/** Returns whether the requested object does not exist or the caller may not see it. */
export function isAboutAccess(error: unknown): boolean {
  const { code = '' } = (error as Partial<ApiError>).extensions ?? {};
  return code === 'FORBIDDEN' || code === 'NOT_FOUND';
}

/** Returns whether another token is required. */
export function isAboutToken({ extensions }: ApiError): boolean {
  return extensions?.code === 'UNAUTHENTICATED';
}
