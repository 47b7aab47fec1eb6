import type { GraphqlResponse } from './graphql-client.js';
import type { RestRun } from './responses.js';
import type { Gateway } from './start-gateway.js';

export interface RunRequest {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

export interface RestOptions extends RequestInit {
  /** The subject for whom a token is signed. */
  readonly as?: string;
  /** A token that is sent unchanged instead of `as`. */
  readonly token?: string;
}

export const runUrl = (gateway: Gateway, { orgId, projectId, taskId, id }: RunRequest) =>
  `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`;

/** Sends a request with the caller's token. Does not follow redirects. */
export async function requestRest(gateway: Gateway, url: string, { as, token, headers, ...init }: RestOptions = {}) {
  const bearer = token ?? (as === undefined ? undefined : await gateway.sharedTokenFor(as));
  return fetch(url, {
    redirect: 'manual',
    ...init,
    headers: { ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
  });
}

/** Renames the fields of a GraphQL run as in the REST API. The contents of its JSON are unchanged. */
export function toRestNames({
  submitted: _inRunData,
  ...run
}: GraphqlResponse['data']): Record<string, unknown> & Pick<RestRun, 'files'> {
  return {
    ...renamed(run),
    files: run.files.map(renamed),
    reporting_group: run.reportingGroup && renamed(run.reportingGroup),
  };
}

function renamed(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** Returns a link without the parts that differ between two signings. */
export const unsigned = (url: string) => url.replace(/expires=\d+&signature=[\w-]{43}$/, '');
