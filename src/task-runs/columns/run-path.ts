import { isResourceId } from '../../access/resource-id.js';
import { malformedId, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

/** The requested path of a run, which may be invalid. Ids are in lower case. */
export interface RunPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

/** The requested path of a list, with ids in lower case. */
export interface ScopePath {
  readonly orgId: string;
  /** If null, all projects of the organization. */
  readonly projectId: string | null;
  /** If null, all tasks of the project, or of the organization. */
  readonly taskId: string | null;
}

/** The path of a list of one project. */
export type ProjectPath = ScopePath & { readonly projectId: string };

/** The path of a list of one task. */
export type TaskPath = ProjectPath & { readonly taskId: string };

export function isTaskPath(path: ScopePath): path is TaskPath {
  return path.taskId !== null;
}

export const runPathNames = ['orgId', 'projectId', 'taskId', 'id'] as const satisfies readonly (keyof RunPath)[];

/**
 * @param idArgument name of the argument that contains the run's id
 * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER naming the first argument that is not an id.
 */
export function parseRunPath(path: RunPath, idArgument = 'id'): RunPath {
  return {
    orgId: parseResourceId('orgId', path.orgId),
    projectId: parseResourceId('projectId', path.projectId),
    taskId: parseResourceId('taskId', path.taskId),
    id: parseResourceId(idArgument, path.id),
  };
}

/** @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER naming the argument. */
export function parseResourceId(argument: string, text: string): string {
  if (!isResourceId(text)) throw malformedId(argument, text);
  return text.toLowerCase();
}

/** @throws GatewayError VALIDATION_FAILED naming the argument, if there are more ids than a field accepts */
export function assertIdCount(argument: string, ids: readonly string[]): void {
  const { value: max } = limits.ids;
  if (ids.length > max)
    throw validationFailed([argument], `must contain at most ${max} ids, not ${ids.length}`, 'too_long');
}
