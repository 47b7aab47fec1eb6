import type { TaskRun } from './openapi-fetch.js';

/** The response of a successful run of the task Support triage, as quicktype infers it. */
export interface Triage {
  category: string;
  priority: string;
  route: Route;
  summary: string;
  needs_human: boolean;
}

export interface Route {
  team: string;
  confidence: number;
  alternatives: Alternative[];
}

export interface Alternative {
  team: string;
  confidence: number;
}

/** Returns null if there is no response, or if the run failed: the response is an error then. */
export function triageOf({ is_error, response }: Pick<TaskRun, 'is_error' | 'response'>): Triage | null {
  return is_error ? null : (response as Triage | null);
}
