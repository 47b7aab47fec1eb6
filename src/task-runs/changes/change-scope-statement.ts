// What a caller sees under a path, and until when: a page up to what is settled here contains no task that the look-up
// could not see yet.

import type { Statement } from '../../database/statements.js';
import type { TaskAccess } from '../scope/run-scope.js';
import { scopeText } from '../scope/scope-statement.js';

export interface ChangeScope {
  readonly tasks: readonly TaskAccess[];
  /** In which transaction ids are comparable. */
  readonly epoch: string;
  /** Transactions before this one have ended. */
  readonly settled: string;
}

export const changeScopeStatement: Statement = {
  name: 'task_run_change_scopes',
  isCurrent: true,
  text: scopeText(['(SELECT id FROM change_epoch) AS epoch', 'pg_snapshot_xmin(pg_current_snapshot()) AS settled']),
};
