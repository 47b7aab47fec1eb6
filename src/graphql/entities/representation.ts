// Parses the entity representations sent by federated gateways.

import { orNot, validationFailed } from '../../errors/validation.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { type RunPath, runPathNames } from '../../task-runs/columns/run-path.js';

/** One of an entity's keys. The ids are unvalidated strings. */
export type EntityKey =
  | { readonly type: 'TaskRun'; readonly path: RunPath }
  | { readonly type: EntityType; readonly id: string };

const entityTypes = ['TaskRun', 'ReportingGroup', 'Organization', 'Project', 'Task'] as const;
export type EntityType = (typeof entityTypes)[number];

/**
 * Parses a representation. A run's longer key is used if it is complete. Members that belong to no key are ignored.
 * @param index of the representation, for errors
 * @throws GatewayError VALIDATION_FAILED
 */
export function parseRepresentation(representation: unknown, index: number): EntityKey {
  const loc = ['representations', index];
  if (!isJsonObject(representation)) {
    throw validationFailed(loc, 'must be an object', 'object_type');
  }
  const has = (name: string) => Object.hasOwn(representation, name);
  const text = (name: string): string => {
    const value = has(name) ? representation[name] : undefined;
    if (value === undefined) throw validationFailed([...loc, name], 'is required, as a string', 'missing');
    if (typeof value !== 'string') throw validationFailed([...loc, name], 'must be a string', 'string_type');
    return value;
  };

  const type = text('__typename');
  if (type === 'TaskRun' && runPathNames.every(has)) {
    const path = { orgId: text('orgId'), projectId: text('projectId'), taskId: text('taskId'), id: text('id') };
    return { type, path };
  }
  if (isEntityType(type)) return { type, id: text('id') };
  throw validationFailed([...loc, '__typename'], `must be one of ${entityTypes.join(', ')}${orNot(type)}`, 'enum');
}

function isEntityType(type: string): type is EntityType {
  return (entityTypes as readonly string[]).includes(type);
}
