import type { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import type { RawJson } from '../../json/raw-json.js';
import type { RunPath } from './run-path.js';

/**
 * A run as it was read: the entity's columns with their defaults in place of null, its JSON as text, and the path it
 * was found under. JSON that was not selected is null. Here and in relations, a value that no API can show is an
 * `UnreadableValue` in its place, which the types leave out: nobody looks into values but whoever writes them out.
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
  /** Where the run is in the order of lists, also if `created` cannot be shown: in that form, or one of PostgreSQL's. */
  readonly storedCreated: string;
  /** `submitted` of the run's data. */
  readonly submitted: RawJson | null;
  /** Bytes of the response's JSON text; undefined: not selected. */
  readonly responseBytes?: number | null;
  /** One character more than requested where there are more; null: nothing, or not selected. */
  readonly responsePreview?: string | null;
  readonly submittedPreview?: string | null;
  readonly status: 'SUCCESS' | 'FAIL';
  /** null: it did not fail, or without a message, or it was not selected. */
  readonly failureMessage?: string | null;
  /** Texts for `toRawJson`, by `pointerKey`; null where there is nothing. */
  readonly pointerValues?: ReadonlyMap<string, string | null> | undefined;
}

/** A file of a run that was read. */
export interface TaskRunFileRecord extends Omit<TaskRunFileEntity, 'taskRun'> {
  readonly run: RunPath;
}

/** A file's row, before it is tied to its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

export type ReportingGroupRecord = Omit<ReportingGroupEntity, 'project'>;
