// A viewer's lists of runs, made anew for each request: pages and counts over exactly the runs it could read one by one.

import { type CursorCodec } from './cursor.js';
import type { ListReader } from './list-reader.js';
import { type PageInput, parsePageRequest } from './page-request.js';
import type { TaskRunRecord } from './records.js';
import { parseRunFilter, type RunFilterInput } from './run-filter.js';
import type { RunSelection } from './run-parts.js';
import { type AskedScope, parseScopePath } from './run-scope.js';
import type { ViewerTaskRuns } from './viewer-task-runs.js';

/** What is asked for of a list, as a client writes it. */
export interface RunListInput extends AskedScope, PageInput {
  readonly filter?: RunFilterInput | null;
}

/** What a list shall be read for. */
export interface WantedOfList {
  /** null: the runs themselves are not wanted. */
  readonly selection: RunSelection | null;
  readonly count: boolean;
}

export interface RunList {
  readonly runs: readonly TaskRunRecord[];
  /** undefined: was not wanted. */
  readonly count: number | undefined;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly cursors: CursorCodec;
}

export interface ViewerRunLists {
  /** @throws GatewayError for the path as for a run; VALIDATION_FAILED for filter and page, before anything is read. */
  list(input: RunListInput, wanted: WantedOfList): Promise<RunList>;
}

/** @param tally counts the statements in which this window's reads take part. */
export function createViewerRunLists(
  reader: ListReader,
  taskRuns: ViewerTaskRuns,
  tally: { statements: number },
): ViewerRunLists {
  return {
    async list(input, { selection, count }) {
      const path = parseScopePath(input);
      const filter = parseRunFilter(input.filter ?? {});
      const page = parsePageRequest(input, path, filter);
      const scope = await taskRuns.scopeOf(path);
      tally.statements += Number(selection !== null) + Number(count);
      const [{ runs, goesOn }, counted] = await Promise.all([
        selection === null ? { runs: [], goesOn: false } : reader.readPage(scope, filter, page, selection),
        count ? reader.countRuns(scope, filter) : undefined,
      ]);
      return {
        runs,
        count: counted,
        // Where the page was told to begin, there is at least the run that the cursor names.
        hasNext: page.isFromBack ? page.before !== null : goesOn,
        hasPrevious: page.isFromBack ? goesOn : page.after !== null,
        cursors: page.cursors,
      };
    },
  };
}
