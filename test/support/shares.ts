// Links to runs, as made over GraphQL and viewed over REST.

import type { RequestOptions } from './graphql-client.js';
import type { RunRequest } from './rest-client.js';
import type { Gateway } from './start-gateway.js';

export interface MadeShare {
  readonly id: string;
  readonly url: string;
  readonly expires: string;
}

export const shareOperation = ({ orgId, projectId, taskId, id }: RunRequest, args = '') =>
  `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
    share${args === '' ? '' : `(${args})`} { id url expires }
  } }`;

/** Returns a new link. Fails the test if the caller may not make it. */
export async function makeShare(
  gateway: Gateway,
  run: RunRequest,
  caller: Pick<RequestOptions, 'as' | 'token'>,
  args?: string,
): Promise<MadeShare> {
  return (await gateway.dataOf(shareOperation(run, args), caller)).taskRun.share;
}

export const tokenOf = ({ url }: Pick<MadeShare, 'url'>) => url.slice(url.indexOf('#') + 1);

export interface ViewedShare {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly body: any;
}

export async function viewShare(gateway: Pick<Gateway, 'url'>, token: string | undefined): Promise<ViewedShare> {
  const response = await fetch(`${gateway.url}/api/v1/shared/run`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, body: JSON.parse(text) };
}
