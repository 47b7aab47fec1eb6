import { isResourceId } from '../../access/resource-id.js';
import { validationFailed } from '../../errors/validation.js';

const version = '1';

/** Returns the cursor of a task, which is valid in any project, because tasks are ordered by id. */
export function toTaskCursor(id: string): string {
  return Buffer.from(`${version} ${id}`).toString('base64url');
}

/** @throws GatewayError VALIDATION_FAILED naming the argument */
export function parseTaskCursor(argument: string, cursor: string): string {
  const [, id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!isResourceId(id) || toTaskCursor(id) !== cursor)
    throw validationFailed([argument], 'must be a cursor that a list of tasks returned');
  return id;
}
