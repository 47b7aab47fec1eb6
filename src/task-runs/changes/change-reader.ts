// Reads pages of changes, and first under which path and until when.

import type { StatementRunner } from '../../database/connection/statement-runner.js';
import type { BoundStatement } from '../../database/statements.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import type { RequestBudget } from '../batching/request-budget.js';
import { bytesOfRuns, keepWithin, loneForm, withoutRelations } from '../lists/page-bytes.js';
import { toRuns } from '../record/columnar-run.js';
import type { FieldGroups } from '../record/field-groups.js';
import type { TaskRunRecord } from '../record/records.js';
import { noRelations, type Relations, toRelations } from '../record/run-relations.js';
import { type ScopeKey, toScopeStatementValues } from '../scope/scope-statement.js';
import { type ChangePosition, laterOf, positionBefore } from './change-cursor.js';
import { type ChangeScope, changeScopeStatement } from './change-scope-statement.js';
import {
  type ChangePageKey,
  type ChangesRow,
  changedXidColumn,
  createChangePageStatements,
} from './change-statement.js';

export interface ChangeReader {
  readScope(key: ScopeKey, budget: RequestBudget): Promise<ChangeScope>;
  /** Must be read after its scope, up to what was settled then. */
  readPage(key: ChangePageKey, budget: RequestBudget): Promise<ChangePage>;
}

/** Changed runs in the order of their positions, with the relations that were read with them. */
export interface ChangePage {
  readonly runs: readonly TaskRunRecord[];
  /** One for each run. */
  readonly positions: readonly ChangePosition[];
  /** What they were read for. */
  readonly fieldGroups: FieldGroups;
  readonly relations: Relations;
  /** Whether there are more already. */
  readonly hasMore: boolean;
  /** Up to where nothing is missing, and nothing will be. */
  readonly end: ChangePosition;
}

/** As for the scopes of other reads. */
const scopeSharing = { lane: 'point', maxBatchSize: 64, minBatchSize: 12, share: 0.5 } as const;

export function createChangeReader(statements: StatementRunner, scheduler: ReadScheduler): ChangeReader {
  const bind = createChangePageStatements();
  const readScopes = scheduler.register<ScopeKey, ChangeScope>({
    ...scopeSharing,
    readMany: (keys, signal) => statements.run(changeScopeStatement, toScopeStatementValues(keys), signal),
  });
  const readRows = scheduler.register<BoundStatement, readonly ChangesRow[]>({
    lane: 'page',
    maxBatchSize: 1,
    share: 0.75,
    readMany: async ([bound], signal) => [await statements.run(bound!.statement, bound!.values, signal)],
  });

  return {
    readScope: (key, budget) => readOne(readScopes, key, budget),
    async readPage(key, budget) {
      const rows = await readOne(readRows, bind(key, loneForm(budget)), budget);
      const page = toPage(rows, key, budget.maxBytes);
      keepWithin(budget, page.runs);
      if (page.runs.length > 0 || !page.hasMore) return page;
      // The next run alone has more JSON than a page.
      const lone = { ...key, size: 1, selection: withoutRelations(key.selection) };
      return budget.readInTurn(
        budget.remainingBytes,
        async (maxBytes) => {
          const rowsAlone = await readOne(readRows, bind(lone, { form: 'single', maxBytes }), budget);
          return toPage(rowsAlone, lone, budget.maxBytes);
        },
        ({ runs }) => bytesOfRuns(runs),
      );
    },
  };
}

function toPage(rows: readonly ChangesRow[], { scope, selection, after }: ChangePageKey, maxBytes: number): ChangePage {
  const { settled, found } = rows[0]!;
  const read = rows.filter(({ runs }) => runs !== null);
  const request = { path: scope.path, selection, maxBytes };
  const runs = read.flatMap((row) => toRuns(row, () => request) as TaskRunRecord[]);
  const xids = read.flatMap((row) => (row.runs[changedXidColumn] ?? []) as readonly string[]);
  const positions = runs.map(({ id }, index) => ({ xid: xids[index]!, id }));
  const hasMore = found > runs.length;
  return {
    runs,
    positions,
    fieldGroups: selection.fieldGroups,
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
    hasMore,
    end: hasMore ? positions.at(-1)! : laterOf(after, positionBefore(settled)),
  };
}
