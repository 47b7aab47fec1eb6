/** As the APIs write it. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly reason?: string; readonly [detail: string]: unknown };
}

/** The gateway was not reached, or what was reached is not the gateway. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const sentences: Readonly<Record<string, string>> = {
  MISSING_AUTHENTICATION: 'Enter a token: nothing is shown without one.',
  INVALID_TOKEN: 'This token is not valid here. Is it complete, and of an issuer that this gateway trusts?',
  EXPIRED_TOKEN: 'This token has expired. Enter a new one.',
  PERMISSION_CHECK_FAILED: 'The owner of this token may not see this.',
  TASK_RUN_NOT_FOUND: 'There is no such run.',
  MALFORMED_RESOURCE_IDENTIFIER: 'An id in the address is malformed.',
};

/** What a person reads: one sentence, never a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof UnreachableError) return error.message;
  const { message, extensions } = error as Partial<ApiError>;
  return sentences[extensions?.reason ?? ''] ?? message ?? 'Something went wrong.';
}

/** What REST says went wrong. */
export async function errorOfResponse(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => undefined);
  const { message = body?.detail?.[0]?.msg, reason } = body?.detail ?? {};
  return { message: message ?? `The gateway answered with HTTP ${response.status}.`, extensions: { reason } };
}

/** Whether another token is what it takes. */
export function isAboutToken({ extensions }: ApiError): boolean {
  return extensions?.code === 'UNAUTHENTICATED';
}
