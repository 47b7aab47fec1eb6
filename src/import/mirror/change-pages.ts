import { isResourceId } from '../../access/resource-id.js';
import { sliceChildren } from '../json-slices.js';
import { type MirroredPath, parseObject, type RunPage, toPagedRun } from './run-pages.js';
import { type ServiceClient, ServiceError } from './service-client.js';

export interface ChangesPage extends Pick<RunPage, 'runs'> {
  /** The runs that the service no longer has. */
  readonly deletedIds: readonly string[];
  readonly nextCursor: string;
  readonly hasNext: boolean;
}

const pageSize = 100;
const maxCursorLength = 255;

/**
 * Reads the page of changes after a cursor.
 * @param after `null` to start at the first run
 * @throws Error if the response is invalid
 */
export async function readChangesPage(
  client: ServiceClient,
  { orgId, projectId, taskId }: MirroredPath,
  after: string | null,
): Promise<ChangesPage> {
  const path = `/org/${orgId}/project/${projectId}${taskId === null ? '/task_run' : `/task/${taskId}/run`}/changes`;
  const query = new URLSearchParams({ page_limit: `${pageSize}`, ...(after === null ? {} : { after }) });
  const page = parseChanges(await client.getText(`${path}?${query}`));
  if (page.hasNext && page.nextCursor === after) throw new Error('The service returned the same cursor again.');
  return page;
}

function parseChanges(text: string): ChangesPage {
  const { results, pagination } = parseObject(text);
  const { next_cursor: nextCursor, has_next: hasNext } = Object(pagination) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(results)) throw new Error('The service returned a page without results.');
  if (typeof nextCursor !== 'string' || nextCursor === '' || nextCursor.length > maxCursorLength)
    throw new Error('The service returned a page of changes without a cursor.');
  const texts = [...sliceChildren(sliceChildren(text).get('results')!).values()];
  const deletedIds: string[] = [];
  const runs: RunPage['runs'][number][] = [];
  for (const [index, result] of results.entries()) {
    const { run = null, deleted } = Object(result) as Readonly<Record<string, unknown>>;
    if (deleted === undefined) runs.push(toPagedRun(run, sliceChildren(texts[index]!).get('run') ?? 'null'));
    else deletedIds.push(toDeletedId(deleted));
  }
  return { runs, deletedIds, nextCursor, hasNext: hasNext === true };
}

function toDeletedId(deleted: unknown): string {
  const { id } = Object(deleted) as { readonly id?: unknown };
  if (!isResourceId(id)) throw new Error('The service returned a deletion without an id.');
  return id;
}

/**
 * Returns whether the error means that a service has no change feed: it lacks the path, or takes its last segment for
 * the id of a run.
 */
export function hasNoChanges(error: unknown): boolean {
  return error instanceof ServiceError && [400, 404, 405, 422].includes(error.status);
}

export function isCursorExpired(error: unknown): boolean {
  return error instanceof ServiceError && error.reason === 'CURSOR_EXPIRED';
}
