import { gatewayUrl, initialState } from '../initial-state-of-page.js';
import { currentSession, currentToken, reject, untilAsked } from '../token/token-store.js';
import { type ApiError, UnreachableError, UnusableTokenError } from './error-sentence.js';
import type { Operation } from './operation.js';

/** A response of the gateway, with its duration. */
export interface GraphqlResponse<Data = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** The server's own text. In `data`, but not here, numbers that a double cannot represent have lost digits. */
  readonly text: string;
  readonly data: Data | null;
  readonly errors: readonly ApiError[];
  readonly ms: number;
}

/**
 * Requests something else that this gateway serves, with the page's token.
 * @throws UnreachableError; UnusableTokenError, in which case nothing is sent
 */
export async function fetchWithToken(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('apollographql-client-name', initialState.clientName);
  const hasOwnToken = headers.has('authorization');
  await untilAsked();
  const token = currentToken();
  if (!hasOwnToken) {
    const session = currentSession();
    if (session === 'none' || session === 'expired') throw new UnusableTokenError(session);
    headers.set('authorization', `Bearer ${token}`);
  }
  try {
    const response = await fetch(gatewayUrl(path), { ...init, headers, credentials: 'omit', cache: 'no-store' });
    if (response.status === 401 && !hasOwnToken) reject(token);
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new UnreachableError('Cannot reach the gateway.');
  }
}

/** The error for a response that exceeded the limit. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/**
 * Returns the response, including the gateway's errors.
 * @throws UnreachableError, or ResponseTooLarge if the response has more than `maxBytes`
 */
export async function requestGraphql<Data, Variables>(
  query: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<GraphqlResponse<Data>> {
  const startedAt = performance.now();
  const response = await postOperation(query, variables, 'application/graphql-response+json, application/json', signal);
  const text = await readText(response, maxBytes).catch((error) => {
    if (error instanceof ResponseTooLarge || signal?.aborted) throw error;
    throw new UnreachableError('The connection to the gateway was lost.');
  });
  const { status, headers } = response;
  const body = parseBody<Data>(text);
  if (body === undefined) throw new UnreachableError(`A proxy returned HTTP ${status}.`);
  return {
    status,
    headers,
    text,
    data: body.data ?? null,
    errors: body.errors ?? [],
    ms: performance.now() - startedAt,
  };
}

/** @throws UnreachableError */
export function postOperation<Variables>(
  query: Operation<unknown, Variables>,
  variables: Variables,
  accept: string,
  signal?: AbortSignal,
): Promise<Response> {
  return fetchWithToken('graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new ResponseTooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

interface GraphqlBody<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly ApiError[];
}

function parseBody<Data>(text: string): GraphqlBody<Data> | undefined {
  try {
    const body = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
