import { CreateTaskRunTables1764000000000 } from './1764000000000-create-task-run-tables.js';
import { IndexTaskRunLists1764100000000 } from './1764100000000-index-task-run-lists.js';
import { IndexSharedAccessGrants1764200000000 } from './1764200000000-index-shared-access-grants.js';
import { CountJsonBytes1764300000000 } from './1764300000000-count-json-bytes.js';
import { CheckTaskRunValues1764400000000 } from './1764400000000-check-task-run-values.js';
import { StampRunChanges1764500000000 } from './1764500000000-stamp-run-changes.js';
import { IndexRunChanges1764600000000 } from './1764600000000-index-run-changes.js';
import { IndexGrantsAndTasks1764700000000 } from './1764700000000-index-grants-and-tasks.js';
import { StateSchemaMinimum1764800000000 } from './1764800000000-state-schema-minimum.js';
import { DefineRunTerms1764900000000 } from './1764900000000-define-run-terms.js';
import { CompareRunsByFunction1765000000000 } from './1765000000000-compare-runs-by-function.js';
import { IndexRunsOfReportingGroups1765100000000 } from './1765100000000-index-runs-of-reporting-groups.js';
import { KeepCursorKey1765200000000 } from './1765200000000-keep-cursor-key.js';
import { IndexOwnRunChanges1765300000000 } from './1765300000000-index-own-run-changes.js';
import { RecordRunDeletions1765400000000 } from './1765400000000-record-run-deletions.js';
import { KeepMirrorCursors1765500000000 } from './1765500000000-keep-mirror-cursors.js';
import { VacuumRecentRuns1765650000000 } from './1765650000000-vacuum-recent-runs.js';
import { NameResources1765710000000 } from './1765710000000-name-resources.js';
import { AllowAnalysts1765720000000 } from './1765720000000-allow-analysts.js';
import { IndexAnalystGrants1765730000000 } from './1765730000000-index-analyst-grants.js';
import { GrantAnalystBesideRoles1765740000000 } from './1765740000000-grant-analyst-beside-roles.js';
import { DefineFailureKinds1765800000000 } from './1765800000000-define-failure-kinds.js';
import { IndexFailureKinds1765810000000 } from './1765810000000-index-failure-kinds.js';
import { IndexDeletions1765900000000 } from './1765900000000-index-deletions.js';
import { DeleteFilesLater1765910000000 } from './1765910000000-delete-files-later.js';
import { KeepRetention1765920000000 } from './1765920000000-keep-retention.js';
import { EraseRuns1766000000000 } from './1766000000000-erase-runs.js';
import { ForgetDeletions1766010000000 } from './1766010000000-forget-deletions.js';
import { EraseUsers1766020000000 } from './1766020000000-erase-users.js';
import { MaskFileNames1766200000000 } from './1766200000000-mask-file-names.js';

/** In the order in which they run. */
export const migrations = [
  CreateTaskRunTables1764000000000,
  IndexTaskRunLists1764100000000,
  IndexSharedAccessGrants1764200000000,
  CountJsonBytes1764300000000,
  CheckTaskRunValues1764400000000,
  StampRunChanges1764500000000,
  IndexRunChanges1764600000000,
  IndexGrantsAndTasks1764700000000,
  StateSchemaMinimum1764800000000,
  DefineRunTerms1764900000000,
  CompareRunsByFunction1765000000000,
  IndexRunsOfReportingGroups1765100000000,
  KeepCursorKey1765200000000,
  IndexOwnRunChanges1765300000000,
  RecordRunDeletions1765400000000,
  KeepMirrorCursors1765500000000,
  VacuumRecentRuns1765650000000,
  NameResources1765710000000,
  AllowAnalysts1765720000000,
  IndexAnalystGrants1765730000000,
  GrantAnalystBesideRoles1765740000000,
  DefineFailureKinds1765800000000,
  IndexFailureKinds1765810000000,
  IndexDeletions1765900000000,
  DeleteFilesLater1765910000000,
  KeepRetention1765920000000,
  EraseRuns1766000000000,
  ForgetDeletions1766010000000,
  EraseUsers1766020000000,
  MaskFileNames1766200000000,
];
