import type { TypedRun } from '../generated/triage.js';
import type { TaskRun } from './openapi-fetch.js';

export type Triage = NonNullable<TypedRun['response']>;

/**
 * The response of a run of the task Support triage, as `task-run-gateway types` has inferred it from the latest that
 * succeeded. null: there is none, or the run failed, whose response is an error.
 */
export function triageOf({ is_error, response }: Pick<TaskRun, 'is_error' | 'response'>): Triage | null {
  return is_error ? null : (response as Triage | null);
}
