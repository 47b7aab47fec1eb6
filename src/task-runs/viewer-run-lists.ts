// A viewer's lists of runs, made anew for each request: pages and counts over exactly the runs it could read one by one.

import { type CursorCodec } from './cursor.js';
import type { ListReader, RunPage } from './list-reader.js';
import { type PageInput, parsePageRequest } from './page-request.js';
import type { TaskRunRecord } from './records.js';
import { noFilter, parseRunFilter, type RunFilterInput } from './run-filter.js';
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

const noRuns: RunPage = { runs: [], goesOn: false };

/** @param tally counts the statements in which this window's reads take part. */
export function createViewerRunLists(
  reader: ListReader,
  taskRuns: ViewerTaskRuns,
  tally: { statements: number },
): ViewerRunLists {
  return {
    async list(input, { selection, count }) {
      const path = parseScopePath(input);
      const filter = parseRunFilter(input.filter);
      const page = parsePageRequest(input, path, filter);
      let ofWholeTask: RunPage | null = null;
      const { taskId } = path;
      const isOfWholeTask = taskId !== null && filter === noFilter && selection?.picks.length === 0;
      const scope = await taskRuns.scopeOf(
        path,
        isOfWholeTask
          ? async ({ subject }) => {
              tally.statements += 1;
              const read = await reader.readTaskPage({ path: { ...path, taskId }, subject, page, selection });
              ofWholeTask = read.page;
              return [read.facts];
            }
          : undefined,
      );
      const readPage = async () => {
        if (selection === null) return noRuns;
        // What was read along is shown only to who sees all of the task.
        if (ofWholeTask !== null && scope.allOf.length === 1) return ofWholeTask as RunPage;
        tally.statements += 1;
        return reader.readPage(scope, filter, page, selection);
      };
      tally.statements += Number(count);
      const [{ runs, goesOn }, counted] = await Promise.all([
        readPage(),
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
