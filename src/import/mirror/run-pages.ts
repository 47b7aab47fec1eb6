import { isResourceId } from '../../access/resource-id.js';
import { sliceChildren } from '../json-slices.js';
import type { ServiceClient } from './service-client.js';

/** The project or task that is mirrored. */
export interface MirroredPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string | null;
}

/** The members of a run that JavaScript reads. The others are passed to the database as text. */
export interface ServiceRun {
  readonly id: string;
  readonly task_id: string;
  readonly created: string;
  readonly user_id?: unknown;
  readonly reporting_group?: { readonly id: string } | null;
  readonly files?: readonly ServiceFile[] | null;
}

export interface ServiceFile {
  readonly name: string;
  readonly content_type: string;
  readonly size_bytes: number;
  readonly direction: string;
  readonly created: string;
}

export interface RunPage {
  /** The text of the service's page. */
  readonly text: string;
  /** Each run with its text; `null` if the service could not return the run. */
  readonly runs: readonly { readonly text: string; readonly run: ServiceRun | null }[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

const pageSize = 100;

/** Yields pages of runs, newest first. @throws Error for an invalid response */
export async function* runPages(client: Pick<ServiceClient, 'getText'>, path: MirroredPath): AsyncGenerator<RunPage> {
  const { orgId, projectId, taskId } = path;
  const list = `/org/${orgId}/project/${projectId}${taskId === null ? '/task_run' : `/task/${taskId}/run`}`;
  const usedCursors = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    // Otherwise the loop would never end.
    if (usedCursors.has(cursor)) throw new Error('The service returned the same cursor again.');
    usedCursors.add(cursor);
    const query = new URLSearchParams({ page_limit: `${pageSize}`, ...(cursor === '' ? {} : { cursor }) });
    const page = parsePage(await client.getText(`${list}?${query}`));
    yield page;
    cursor = page.nextCursor;
  }
}

/** @throws Error if the text is not a page of runs */
export function parsePage(text: string): RunPage {
  const { results, pagination } = parseObject(text);
  const { next_cursor: cursor, has_next: hasNext } = Object(pagination) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(results)) throw new Error('The service returned a page without results.');
  const texts = [...sliceChildren(sliceChildren(text).get('results')!).values()];
  const runs = results.map((run: unknown, index) => toPagedRun(run, texts[index]!));
  return { text, runs, nextCursor: hasNext === true && typeof cursor === 'string' ? cursor : null };
}

/** @throws Error if the value is not a run */
export function toPagedRun(run: unknown, text: string): RunPage['runs'][number] {
  if (run !== null && !isRun(run)) throw new Error('The service returned a run without an id, a task or a date.');
  return { text, run };
}

/** @throws Error if the text is not JSON */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    // The message of JSON.parse would quote the text.
    throw new Error('The service returned a page that is not JSON.');
  }
}

function isRun(value: unknown): value is ServiceRun {
  const { id, task_id, created } = Object(value) as Partial<Record<keyof ServiceRun, unknown>>;
  return isResourceId(id) && isResourceId(task_id) && typeof created === 'string' && !Number.isNaN(toTime(created));
}

/** Returns milliseconds since 1970. A timestamp without a zone is in UTC. */
export function toTime(timestamp: string): number {
  return Date.parse(withZone(timestamp));
}

export function withZone(timestamp: string): string {
  return /(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(timestamp) ? timestamp : `${timestamp}Z`;
}
