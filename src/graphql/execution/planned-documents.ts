// The documents for one schema, with their operations' plans.

import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { declareLimit } from '../../limits.js';
import { Execution } from './execution.js';
import type { SelectionPlan } from './field-plan.js';
import { planOperation } from './plan.js';
import { findOperation, type PlannedOperation, planDocument } from './planned-operation.js';

/** Beyond this number of fields, an operation's plans for other conditions are discarded, and recreated when needed. */
const maxPlannedFields = declareLimit(20_000, {
  section: 'Inside',
  name: 'planned fields of an operation',
  beyond: 'planned again for other conditions',
});

/** Holds the plans of documents for as long as the documents are referenced. */
export class PlannedDocuments {
  readonly #operationsByDocument = new WeakMap<DocumentNode, readonly PlannedOperation[]>();

  /**
   * @param maxVariableErrors limit beyond which one more error states that there are others; defaults to graphql-js'
   * limit
   */
  constructor(
    readonly schema: GraphQLSchema,
    readonly maxVariableErrors = 50,
  ) {}

  /**
   * Returns an operation with its plans, or undefined if it is missing or if several operations exist and no name is
   * given.
   * @param document a valid document. Operations in an invalid one are executed as far as graphql-js would.
   */
  findOperation(document: DocumentNode, name: string | null | undefined): PlannedOperation | undefined {
    return findOperation(this.#plannedOperations(document), name);
  }

  /** Returns the number of fields in the plans and cost formulas of the document's operations. */
  plannedFields(document: DocumentNode): number {
    const operations = this.#operationsByDocument.get(document) ?? [];
    return operations.reduce((fields, { size, cost }) => fields + size.fields + (cost?.fields ?? 0), 0);
  }

  /**
   * Plans the document's operations, as far as plans do not depend on a request. An arrow function, so that it can be
   * passed as a callback.
   */
  readonly prepare = (document: DocumentNode): void => {
    const { schema } = this;
    for (const operation of this.#plannedOperations(document)) {
      const { node, fragments, conditions } = operation;
      const rootType = rootTypeOf(node, schema);
      if (!rootType || conditions.length > 0) continue;
      const inputs = { schema, fragments, operation: node, variableValues: {}, rootValue: null, contextValue: null };
      planFor(operation, new Execution(inputs), rootType);
    }
  };

  /** Discards the document's plans and formulas, which are recreated when needed. */
  forget(document: DocumentNode): void {
    this.#operationsByDocument.delete(document);
  }

  #plannedOperations(document: DocumentNode): readonly PlannedOperation[] {
    let operations = this.#operationsByDocument.get(document);
    if (operations === undefined) {
      operations = planDocument(document, this.schema, this.maxVariableErrors);
      this.#operationsByDocument.set(document, operations);
    }
    return operations;
  }
}

/**
 * Returns the root type. For an event, a subscription is executed like a query. Mutations, which would be serial, have
 * no root type.
 */
export function rootTypeOf(
  { operation }: OperationDefinitionNode,
  schema: GraphQLSchema,
): GraphQLObjectType | undefined | null {
  if (operation === OperationTypeNode.MUTATION) return undefined;
  return schema.getRootType(operation);
}

/** Returns the plan for the execution's values of the operation's conditions. */
export function planFor(operation: PlannedOperation, execution: Execution, rootType: GraphQLObjectType): SelectionPlan {
  const { variableValues } = execution.inputs;
  let key = '';
  for (const name of operation.conditions) key += conditionKey(variableValues[name]);
  let plan = operation.plans.get(key);
  if (plan === undefined) {
    if (operation.size.fields > maxPlannedFields) {
      operation.plans.clear();
      operation.size = { fields: 0 };
    }
    plan = planOperation(execution, rootType, operation.size);
    operation.plans.set(key, plan);
  }
  return plan;
}

/** Returns a key for each value that `@skip` and `@include` distinguish, even in invalid documents. */
function conditionKey(value: unknown): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return value === null || value === undefined ? '-' : '?';
}
