import type { Fetcher } from '@graphiql/toolkit';
import { readResults } from './event-stream.js';

type Headers = Readonly<Record<string, unknown>>;

/**
 * Posts to the address the page itself was read from. The body is shown whatever the status: a refusal's code and
 * reason are in it. `headersBefore()` answers for the time in which the headers editor is not there yet.
 */
export function createFetcher(headersBefore: () => Headers): Fetcher {
  return async (operation, options) => {
    const controller = new AbortController();
    const response = await fetch(location.pathname, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        ...(options?.headers ?? headersBefore()),
        'Content-Type': 'application/json',
        // The server streams what has to be a stream: subscriptions.
        Accept: 'application/graphql-response+json, application/json, text/event-stream',
      },
      body: JSON.stringify(operation),
    });
    if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) return readResults(response, controller);
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { errors: [{ message: `HTTP ${response.status} ${response.statusText}: ${text}` }] };
    }
  };
}
