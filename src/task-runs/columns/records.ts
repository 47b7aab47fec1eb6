import type { MissingRole } from '../../access/policy.js';
import type { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import type { RawJson } from '../../json/raw-json.js';
import type { RunPath } from './run-path.js';

/**
 * A run as read: the entity's columns with defaults instead of nulls, its JSON as text, and the path at which it was
 * found. Unselected JSON is null. Reading withheld payload throws.
 */
export interface TaskRunRecord
  extends Omit<
    TaskRunEntity,
    'reportingGroup' | 'task' | 'response' | 'runData' | 'countedResponseBytes' | 'countedRunDataBytes' | 'changedXid'
  > {
  readonly orgId: string;
  readonly projectId: string;
  readonly isError: boolean;
  readonly llmRetries: number;
  readonly usedFallbackModel: boolean;
  readonly response: RawJson | null;
  readonly runData: RawJson | null;
  /** The member `submitted` of the run data. */
  readonly submitted: RawJson | null;
  /** Byte size of the response's JSON text; undefined if not selected. */
  readonly responseBytes?: number | null;
  /** One character longer than requested if the text continues. Null if it is absent or not selected. */
  readonly responsePreview?: string | null;
  readonly submittedPreview?: string | null;
  readonly status: 'SUCCESS' | 'FAIL';
  /** The message of a failed run, or null if it is absent or not selected. */
  readonly failureMessage?: string | null;
  /** The failure kind, or null if the run did not fail or the kind was not selected. */
  readonly failure?: string | null;
  /** The run's model, or null if it is absent or not selected. */
  readonly model?: string | null;
  /** JSON text for `toRawJson`, by `pointerKey`; null for missing values. */
  readonly pointerValues?: ReadonlyMap<string, string | null> | undefined;
  /** Why payload is withheld, or null if the caller sees it. */
  readonly withheld: Withheld | null;
}

/** The role required to see a run's payload, or null if the caller identified the run by id alone. */
export interface Withheld {
  readonly missing: MissingRole | null;
}

/** A file of a run that was read. */
export interface TaskRunFileRecord extends Omit<TaskRunFileEntity, 'taskRun'> {
  readonly run: RunPath;
}

/** A file's row, without its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

export type ReportingGroupRecord = Omit<ReportingGroupEntity, 'project'>;
