import createClient, { type Client } from 'openapi-fetch';
import type { components, operations, paths } from '../generated/rest.js';

type Schemas = components['schemas'];
type ErrorBody = Schemas['Error'] | Schemas['ValidationError'];
type Parameters = operations['listTaskRuns']['parameters'];

export type TaskRun = Schemas['TaskRun'];
export type TaskPath = Parameters['path'];
export type RunFilter = Omit<NonNullable<Parameters['query']>, 'page_limit' | 'cursor' | 'after' | 'fields'>;
/** Lists and changes have other media types as well: this client takes JSON. */
export type RestClient = Client<paths, 'application/json'>;

/** Over REST: the compiler checks paths, parameters and bodies against the OpenAPI document. */
export function createRestClient(url: string, token: string): RestClient {
  return createClient<paths, 'application/json'>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
}

/** `reason` is for programs, the message for people. */
export class RestError extends Error {
  readonly reason: string;

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    const { detail } = body;
    // An invalid value is the one error with a list: where each value is, and what is wrong with it.
    const isList = Array.isArray(detail);
    super(isList ? detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ') : detail.message);
    this.reason = isList ? 'VALIDATION_FAILED' : detail.reason;
  }
}

/** @throws RestError */
export function dataOf<T>({ data, error, response }: { data?: T; error?: ErrorBody; response: Response }): T {
  if (error !== undefined) throw new RestError(response.status, error);
  return data!;
}

/** null: there is no such run under the task. @throws RestError */
export async function fetchRun(client: RestClient, path: TaskPath & { task_run_id: string }): Promise<TaskRun | null> {
  try {
    const url = '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}';
    return dataOf(await client.GET(url, { params: { path } }));
  } catch (error) {
    if (error instanceof RestError && error.reason === 'TASK_RUN_NOT_FOUND') return null;
    throw error;
  }
}

/** All pages, newest first; null is a run that cannot be shown. @throws RestError */
export async function* walkRuns(
  client: RestClient,
  path: TaskPath,
  filter: RunFilter,
  pageLimit = 100,
): AsyncGenerator<TaskRun | null> {
  let cursor: string | null = null;
  do {
    const query: Parameters['query'] = { ...filter, page_limit: pageLimit, ...(cursor !== null && { cursor }) };
    const url = '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run';
    const page: Schemas['TaskRunPage'] = dataOf(await client.GET(url, { params: { path, query } }));
    // Without `fields`, each run has all groups of columns.
    yield* page.results as (TaskRun | null)[];
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
}
