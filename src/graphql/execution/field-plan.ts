// The plan of an operation: its selections, determined once for all executions.

import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { Container, Execution, Position } from './execution.js';

/** The fields selected of objects of one type, merged by their response names. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Returns a new object to fill. */
  readonly createResult: () => Container;
}

export interface PlannedField {
  /** The name in the result: the alias, if there is one. */
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The same array for every execution of the plan, so that it can be a key of caches. */
  readonly fieldNodes: readonly FieldNode[];
  /**
   * The plan for objects of this type at the field.
   * @throws GraphQLError for a condition that is neither true nor false
   */
  readonly selectionOf: (type: GraphQLObjectType, execution: Execution) => SelectionPlan;
}

export interface FieldPlan extends PlannedField {
  readonly isNullable: boolean;
  readonly read: ReadField;
  readonly complete: CompleteValue;
}

/**
 * Calls the resolver, or reads the property. The value may be a promise.
 * @throws every error of the arguments or the resolver
 */
export type ReadField = (source: unknown, execution: Execution, position: Position) => unknown;

/**
 * Returns the completed value for `key` of `container`, which is at `parent`, or `pending` if a promise will set it
 * there.
 * @throws the error of the value
 */
export type CompleteValue = (
  value: unknown,
  field: PlannedField,
  execution: Execution,
  container: Container,
  key: string | number,
  parent: Position,
) => unknown;
