// Paths of the REST API, and parameters that several routes share, including `page_limit`.

import { limits } from '../limits.js';
import type { RunPath } from '../task-runs/columns/run-path.js';
import type { JsonSchema } from './openapi/operation.js';
import { described, idSchema } from './openapi/schemas.js';

const organization = '/api/v1/org/{org_id}';
const project = `${organization}/project/{project_id}`;
const task = `${project}/task/{task_id}`;

/** The paths of resources in OpenAPI's form. */
export const paths = { organization, project, task, run: `${task}/run/{task_run_id}` } as const;

/** The paths of the runs of a task, project or organization. */
export const runsPaths = {
  task: `${paths.task}/run`,
  project: `${paths.project}/task_run`,
  organization: `${paths.organization}/task_run`,
} as const;

const organizationPath = { org_id: described(idSchema, 'The unique identifier of the organization.') };
const projectPath = { ...organizationPath, project_id: described(idSchema, 'The unique identifier of the project.') };
const taskPath = { ...projectPath, task_id: described(idSchema, 'The specific Task to reference.') };

/** The parameters of {@link paths}, in order, because the error names the first malformed one. */
export const pathParameters = {
  organization: organizationPath,
  project: projectPath,
  task: taskPath,
  run: { ...taskPath, task_run_id: described(idSchema, 'The specific Task Run to reference.') },
} as const;

/** The parameters of every route below a run, with the names of the REST reference (docs/rest.md). */
export interface RunPathParams {
  readonly org_id: string;
  readonly project_id: string;
  readonly task_id: string;
  readonly task_run_id: string;
}

/** The parameters of {@link runsPaths}. */
export type RunsPathParams = Pick<RunPathParams, 'org_id'> & Partial<Pick<RunPathParams, 'project_id' | 'task_id'>>;

export function toRunPath({ org_id, project_id, task_id, task_run_id }: RunPathParams): RunPath {
  return { orgId: org_id, projectId: project_id, taskId: task_id, id: task_run_id };
}

/** Restricts the runs of a project to one task. */
export const taskOfProject = described(idSchema, 'Returns only runs of this task of the project.');

/** Returns the schema of the query parameter `page_limit`. */
export function pageLimit(items: string): JsonSchema {
  return {
    type: 'integer',
    minimum: 1,
    maximum: limits.restPageSize.value,
    default: limits.defaultRestPageSize.value,
    description: `The maximum number of ${items} on a page.`,
  };
}
