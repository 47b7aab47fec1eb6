// Reads objects of several types by id or key, through the caller's services.

import { forbidden, GatewayError, isHidden } from '../../errors/gateway-error.js';
import { limits } from '../../limits.js';
import type { RequestScope } from '../../request/scope.js';
import type { RunServices } from '../../request/services.js';
import type { RunSelection } from '../../task-runs/columns/field-groups.js';
import type { ReportingGroupRecord, TaskRunRecord } from '../../task-runs/columns/records.js';
import { assertIdCount, parseResourceId } from '../../task-runs/columns/run-path.js';
import { type EntityType, parseRepresentation } from './representation.js';

/** An error in a list of entities is reported at the path of its index. */
export type EntityResult = Entity | GatewayError;
export type Entity = TaskRunRecord | ReportingGroupRecord | EntityReference;

/**
 * An entity owned by another service. Nothing is read unless its name is selected, so that a missing one looks the
 * same.
 */
export interface EntityReference {
  readonly typeName: Exclude<EntityType, 'TaskRun' | 'ReportingGroup'>;
  readonly id: string;
  readonly name?: string;
}

/**
 * Returns results in the order of the representations. Runs have at least the selected fields.
 * @throws GatewayError VALIDATION_FAILED for too many representations
 */
export async function readEntities(
  { budget, services }: RequestScope,
  representations: readonly unknown[],
  selection: RunSelection,
): Promise<EntityResult[]> {
  budget.counts.count(limits.entities, representations.length, ['representations']);
  return Promise.all(
    representations.map((representation, index) =>
      readEntity(services, representation, index, selection).catch(entityError),
    ),
  );
}

/**
 * Returns results in the order of the ids. A hidden object takes the same statements as a missing one.
 * @param argument name used in errors
 * @throws GatewayError VALIDATION_FAILED for too many ids
 */
export async function readNodes(
  { budget, services }: RequestScope,
  ids: readonly string[],
  selection: RunSelection,
  argument: string,
): Promise<EntityResult[]> {
  assertIdCount(argument, ids);
  budget.counts.count(limits.entities, ids.length, [argument]);
  return Promise.all(ids.map((id) => readNode(services, id, selection, argument).catch(entityError)));
}

async function readNode(
  { taskRuns, resources }: RunServices,
  input: string,
  selection: RunSelection,
  argument: string,
): Promise<EntityResult> {
  const id = parseResourceId(argument, input);
  const found = await Promise.all([
    taskRuns.runById(id, selection).catch(nullIfHidden),
    taskRuns.reportingGroupById(id).catch(nullIfHidden),
    findResource(resources, 'Task', id),
    findResource(resources, 'Project', id),
    findResource(resources, 'Organization', id),
  ]);
  const node = found.find((result) => result !== null);
  if (node == null) throw forbidden({ id }, 'node');
  return node;
}

async function findResource(
  resources: RunServices['resources'],
  typeName: EntityReference['typeName'],
  id: string,
): Promise<EntityReference | null> {
  const type = typeName.toLowerCase() as Lowercase<typeof typeName>;
  const resource = await resources.find({ type, id });
  return resource && { typeName, id, name: resource.name };
}

async function readEntity(
  { taskRuns }: RunServices,
  representation: unknown,
  index: number,
  selection: RunSelection,
): Promise<EntityResult> {
  const key = parseRepresentation(representation, index);
  if ('path' in key) return taskRuns.runByPath(key.path, selection);
  switch (key.type) {
    case 'TaskRun':
      return taskRuns.runById(key.id, selection);
    case 'ReportingGroup':
      return taskRuns.reportingGroupById(key.id);
    default:
      return { typeName: key.type, id: parseResourceId('id', key.id) };
  }
}

function nullIfHidden(error: unknown): null {
  if (!isHidden(error)) throw error;
  return null;
}

/** Returns an entity's error. An outage or internal error is thrown instead, because it concerns all entities. */
function entityError(error: unknown): GatewayError {
  if (error instanceof GatewayError && error.extensions.status < 500) return error;
  throw error;
}
