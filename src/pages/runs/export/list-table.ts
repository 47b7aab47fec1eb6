// The runs of a list as CSV for people, with its columns and order. It is read page by page with the list's own
// operation.

import { type ApiError, isTemporary, isWithheld } from '../../shared/api/error-sentence.js';
import { type GraphqlResponse, requestGraphql } from '../../shared/api/graphql-client.js';
import type { Operation } from '../../shared/api/operation.js';
import {
  type RunsData,
  runsQuery,
  type SelectedRunsData,
  selectedRunsQuery,
  type TaskRunFilter,
  type TaskRunOrder,
} from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import type { Column, ListedRun } from '../table/columns.js';
import { withColumns } from '../table/run-list.js';
import { type Cell, csvLine, spreadsheetTime } from './csv.js';

/** Above this number, the streaming formats are faster and cheaper. */
export const maxTableRuns = 50_000;
const pageSize = 100;

export interface TableRequest {
  readonly scope: Scope;
  readonly filter: TaskRunFilter;
  readonly order: TaskRunOrder;
  readonly columns: readonly Column[];
  /** Ids of the runs; `undefined` means all runs of the list. */
  readonly selected: readonly string[] | undefined;
}

/**
 * Yields the table in UTF-8 with a byte order mark, which Excel needs.
 * @throws ApiError
 */
export async function* tableOf(request: TableRequest, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { columns } = request;
  const encoder = new TextEncoder();
  yield encoder.encode(`\ufeff${csvLine(columns.map(titleOf))}`);
  for await (const runs of pagesOf(request, signal)) {
    const lines = runs.map((run) => csvLine(columns.map((column) => cellOf(column, run))));
    yield encoder.encode(lines.join(''));
  }
}

function titleOf({ name, title, unit }: Column): string {
  if (name === 'created') return `${title}, UTC`;
  return unit === undefined ? title : `${title}, ${unit}`;
}

function cellOf({ name, render, value }: Column, run: ListedRun): Cell {
  if (name === 'created') return spreadsheetTime(run.created);
  if (value !== undefined) return value(run);
  const shown = render(run);
  return typeof shown === 'string' || typeof shown === 'number' ? shown : undefined;
}

async function* pagesOf(request: TableRequest, signal: AbortSignal): AsyncGenerator<readonly ListedRun[]> {
  const { scope, filter, order, columns, selected } = request;
  if (selected !== undefined) {
    const { nodes } = await read<SelectedRunsData>(withColumns(selectedRunsQuery, columns), { ids: selected }, signal);
    const runs = nodes!.flatMap((node) => (node !== null && 'created' in node ? [node as ListedRun] : []));
    yield runs.toSorted((one, other) => (one.created < other.created ? 1 : -1));
    return;
  }
  const query = withColumns(runsQuery, columns);
  let [after, count]: [string | null, number] = [null, 0];
  do {
    const page: RunsData = await read(query, { ...scope, filter, orderBy: order, first: pageSize, after }, signal);
    const { edges, pageInfo } = page.taskRuns!;
    const runs = edges.flatMap(({ node }) => node ?? []);
    yield runs.slice(0, maxTableRuns - count);
    count += runs.length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null && count < maxTableRuns);
}

const retryMs = 2000;

/** Waits if the caller has spent its points. */
async function read<Data extends object>(
  query: Operation<Data, never>,
  variables: object,
  signal: AbortSignal,
): Promise<Data> {
  for (;;) {
    const response = await requestGraphql(query, variables as never, signal);
    const error = errorOf(response);
    if (error === undefined) return response.data!;
    if (!isTemporary(error)) throw error;
    await delay(Number(error.extensions?.retryAfter ?? 0) * 1000 || retryMs, signal);
  }
}

/** Returns the reason why a root field is missing. */
function errorOf({ data, errors }: GraphqlResponse<object>): ApiError | undefined {
  if (data !== null && Object.values(data).every((value) => value !== null)) return undefined;
  return errors.find((error) => !isWithheld(error));
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
