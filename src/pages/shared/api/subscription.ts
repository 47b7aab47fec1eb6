import type { ExecutionResult } from 'graphql';
import { type ApiError, UnreachableError } from './error-sentence.js';
import { readResults } from './event-stream.js';
import { postOperation } from './graphql-client.js';
import type { Operation } from './operation.js';

/**
 * Yields the results of a subscription, until it ends or is aborted.
 * @throws UnreachableError, or the ApiError with which the gateway rejects or ends it
 */
export async function* follow<Data, Variables>(
  query: Operation<Data, Variables>,
  variables: Variables,
  controller: AbortController,
): AsyncGenerator<Data> {
  const accept = 'text/event-stream, application/graphql-response+json';
  const response = await postOperation(query, variables, accept, controller.signal);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw ((await response.json()) as { errors: ApiError[] }).errors[0];
  }
  const results = readResults<ExecutionResult>(response, controller, JSON.parse);
  for (;;) {
    const { done, value } = await results.next().catch(() => {
      throw new UnreachableError('The connection to the gateway was lost.');
    });
    if (done) return;
    if (value.data) yield value.data as Data;
    else if (value.errors) throw value.errors[0];
  }
}
