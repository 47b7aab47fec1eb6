// A caller's exports, created for each request.

import type { Caller } from '../../access/caller.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import { declareLimit } from '../../limits.js';
import type { ResponseAudit } from '../audit/response-audit.js';
import { positionBefore } from '../changes/change-cursor.js';
import type { ChangeReader } from '../changes/change-reader.js';
import { decideChangeScope } from '../changes/change-scope.js';
import { assertValid } from '../changes/forgotten-deletions.js';
import type { RunChangesInput } from '../changes/run-changes.service.js';
import type { RunSelection } from '../columns/field-groups.js';
import type { RunReader } from '../run/run-reader.js';
import { parseRunFilter, scopeKindOf } from '../visibility/run-filter.js';
import { parseScopePath } from '../visibility/run-scope.js';
import { type ExportedPage, exportWeight, maxRunBytes, type PartLimits, readExport } from './run-export.js';

/**
 * Other requests wait while a page is written. Pages of 500 take four fifths of the time, but triple the p99 of other
 * requests.
 */
const maxPageRuns = declareLimit(100, {
  section: 'Database and files',
  name: 'runs on a page of an export over REST',
  beyond: 'read as several pages',
});

interface ExportReading {
  readonly signal: AbortSignal;
  /** Aborts a slow reader's export when others need its memory, so that the client notices that it is incomplete. */
  readonly cut: () => void;
  /** The limits of a part, if the reader keeps its pages; otherwise omitted. */
  readonly part?: PartLimits | undefined;
}

export interface RunExport {
  /** The cursor at which the export ends. */
  readonly watermark: string;
  /** Yields pages, each read on request. */
  pages(reading: ExportReading): AsyncGenerator<ExportedPage>;
}

export interface RunExportService {
  /**
   * @throws GatewayError for the path as for a run; VALIDATION_FAILED for filter and cursor, before anything is read;
   * CURSOR_EXPIRED
   */
  open(input: RunChangesInput, selection: RunSelection): Promise<RunExport>;
}

/** @param requestBudget for the scope decision; each page has its own budget */
export function createRunExportService(
  { runs, changes }: { readonly runs: RunReader; readonly changes: ChangeReader },
  caller: Caller,
  requestBudget: RequestBudget,
  audit?: ResponseAudit,
): RunExportService {
  return {
    async open(input, selection) {
      const path = parseScopePath(input);
      const parsed = parseRunFilter(input.filter, requestBudget.deadline.requestTime, runs.modelPointer);
      const from = input.after == null ? null : changes.cursors.parse(input.after);
      const scopeKind = scopeKindOf(parsed, input.scopeKind);
      const readScope = (budget: RequestBudget) => decideChangeScope(changes, caller, budget, path, scopeKind);
      const decided = await readScope(requestBudget);
      const { epoch, settled } = decided;
      if (from !== null) assertValid(from, decided);
      const until = positionBefore(settled);
      audit?.addOpening(parsed, selection);
      const filter = await runs.resolveFilter(decided.scope, parsed, requestBudget);
      const readFiles = runs.readFiles.bind(runs);
      const source = { reader: changes, readFiles, readScope, filter, selection, maxPageRuns };
      return {
        watermark: changes.cursors.encode({ epoch, position: until, snapshotFloor: null }),
        pages({ signal, cut, part }) {
          const pages = requestBudget.bytes.reservePages({ weight: exportWeight, end: cut });
          const openBudget = () => requestBudget.renew({ maxBytes: maxRunBytes, pages });
          const range = { epoch, after: from?.position ?? null, snapshotFloor: from?.snapshotFloor ?? null, until };
          const read = readExport({ ...source, openBudget, pages, part }, range, signal);
          return audit === undefined ? read : audited(read, audit, selection);
        },
      };
    },
  };
}

async function* audited(
  pages: AsyncGenerator<ExportedPage>,
  audit: ResponseAudit,
  selection: RunSelection,
): AsyncGenerator<ExportedPage> {
  for await (const page of pages) {
    audit.addPage(page.runs, selection);
    yield page;
  }
}
