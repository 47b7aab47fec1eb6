import type { MissingRole } from '../../access/policy.js';
import type { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import type { RawJson } from '../../json/raw-json.js';
import type { RunPath } from './run-path.js';

/**
 * A run as it was read: the entity's columns with defaults instead of null, its JSON as text, and the path at which it
 * was found. JSON that was not selected is null. Reading payload that is withheld throws.
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
  /** Bytes of the response's JSON text; undefined: not selected. */
  readonly responseBytes?: number | null;
  /** One character more than requested if there are more; null: no response, or not selected. */
  readonly responsePreview?: string | null;
  readonly submittedPreview?: string | null;
  readonly status: 'SUCCESS' | 'FAIL';
  /** null: the run did not fail, has no message, or the message was not selected. */
  readonly failureMessage?: string | null;
  /** null: the run did not fail, or the kind was not selected. */
  readonly failure?: string | null;
  /** null: the run has no model, or it was not selected. */
  readonly model?: string | null;
  /** Texts for `toRawJson`, by `pointerKey`; null for missing values. */
  readonly pointerValues?: ReadonlyMap<string, string | null> | undefined;
  /** Why payload is withheld; null: the caller sees it. */
  readonly withheld: Withheld | null;
}

/** The role that would see the payload of a run; null: the caller named the run by its id alone. */
export interface Withheld {
  readonly missing: MissingRole | null;
}

/** A file of a run that was read. */
export interface TaskRunFileRecord extends Omit<TaskRunFileEntity, 'taskRun'> {
  readonly run: RunPath;
}

/** The row of a file, without its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

export type ReportingGroupRecord = Omit<ReportingGroupEntity, 'project'>;
