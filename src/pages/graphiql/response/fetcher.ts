import type { Fetcher } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { type ApiError, sentenceOf } from '../../shared/api/error-sentence.js';
import { readResults } from '../../shared/api/event-stream.js';
import { fetchWithToken } from '../../shared/api/graphql-client.js';
import { type Operation, storeResponse } from './stored-responses.js';

/** GraphiQL's own operation, whose response it reads itself. */
const introspection = 'IntrospectionQuery';

/**
 * Posts with the page's token, unless a header was typed for the operation. The body is shown for every status, because
 * a rejection's body contains its code and reason.
 */
export const fetcher: Fetcher = async (parameters, options) => {
  const operation = parameters as Operation;
  const request = new AbortController();
  const startedAt = performance.now();
  try {
    const response = await fetchWithToken('graphql', {
      method: 'POST',
      signal: request.signal,
      headers: {
        ...options?.headers,
        'Content-Type': 'application/json',
        // The server streams only what must be a stream: subscriptions.
        Accept: 'application/graphql-response+json, application/json, text/event-stream',
      },
      body: JSON.stringify(operation),
    });
    const firstByteMs = performance.now() - startedAt;
    const { status, headers } = response;
    const store = (text: string) =>
      storeResponse({ operation, text, status, headers, firstByteMs, totalMs: performance.now() - startedAt });
    if (headers.get('Content-Type')?.startsWith('text/event-stream')) return readResults(response, request, store);
    const text = await response.text();
    if (operation.operationName === introspection) return JSON.parse(text);
    return store(text);
  } catch (error) {
    const { extensions } = error as Partial<ApiError>;
    return {
      errors: [{ message: sentenceOf(error), ...(extensions && { extensions }) }],
    } as unknown as ExecutionResult;
  }
};
