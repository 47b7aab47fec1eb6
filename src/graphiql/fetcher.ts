import type { Fetcher } from '@graphiql/toolkit';

type Headers = Readonly<Record<string, unknown>>;

/**
 * Posts to the address the page itself was read from. The body is shown whatever the status: a refusal's code and
 * reason are in it. `headersBefore()` answers for the time in which the headers editor is not there yet.
 */
export function createFetcher(headersBefore: () => Headers): Fetcher {
  return async (operation, options) => {
    const response = await fetch(location.pathname, {
      method: 'POST',
      headers: {
        ...(options?.headers ?? headersBefore()),
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
      },
      body: JSON.stringify(operation),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { errors: [{ message: `HTTP ${response.status} ${response.statusText}: ${text}` }] };
    }
  };
}
