// Entities for federated gateways, read by the caller's service as everywhere else.

import { GatewayError } from '../../errors/gateway-error.js';
import { limits } from '../../limits.js';
import type { RequestBudget } from '../../task-runs/batching/request-budget.js';
import type { RunSelection } from '../../task-runs/record/field-groups.js';
import type { ReportingGroupRecord, TaskRunRecord } from '../../task-runs/record/records.js';
import { parseResourceId } from '../../task-runs/record/run-path.js';
import type { TaskRunService } from '../../task-runs/task-runs.service.js';
import { type EntityType, parseRepresentation } from './representation.js';

/** An error in a list of entities is reported at the path of its index. */
export type EntityResult = Entity | GatewayError;
export type Entity = TaskRunRecord | ReportingGroupRecord | EntityReference;

/** What other services own: there is nothing to read before a name is selected, and no difference where there is none. */
export interface EntityReference {
  readonly typeName: Exclude<EntityType, 'TaskRun' | 'ReportingGroup'>;
  readonly id: string;
}

export interface EntityReader {
  /**
   * The results in the order of the representations; runs have at least what is selected.
   * @throws GatewayError VALIDATION_FAILED where there are too many of them
   */
  read(representations: readonly unknown[], selection: RunSelection): Promise<EntityResult[]>;
}

/** @param max entities of one operation in total */
export function createEntityReader(taskRuns: TaskRunService, budget: RequestBudget, max: number): EntityReader {
  return {
    async read(representations, selection) {
      budget.count({ ...limits.entities, value: max }, representations.length, ['representations']);
      return Promise.all(
        representations.map((representation, index) => readEntity(representation, index, selection).catch(entityError)),
      );
    },
  };

  async function readEntity(representation: unknown, index: number, selection: RunSelection): Promise<EntityResult> {
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
}

/** A rejection concerns its own entity; an outage or an internal error concerns them all and is reported once. */
function entityError(error: unknown): GatewayError {
  if (error instanceof GatewayError && error.extensions.status < 500) return error;
  throw error;
}
