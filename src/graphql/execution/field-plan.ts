// An operation's plan: its selections, determined once for all executions.

import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { Container, Execution, Position } from './execution.js';

/** The fields selected on objects of one type, merged by response name. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Returns a new object to fill. */
  readonly createResult: () => Container;
}

export interface PlannedField {
  /** Name in the result: the alias, if there is one. */
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The same array for every execution of the plan, so that it can be a cache key. */
  readonly fieldNodes: readonly FieldNode[];
  /**
   * Returns the plan for objects of this type at the field.
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
 * @throws every error from the arguments or the resolver
 */
export type ReadField = (source: unknown, execution: Execution, position: Position) => unknown;

/**
 * Returns the completed value for `key` in `container`, which is at `parent`, or `pending` if a promise will set it
 * there.
 * @throws the value's error
 */
export type CompleteValue = (
  value: unknown,
  field: PlannedField,
  execution: Execution,
  container: Container,
  key: string | number,
  parent: Position,
) => unknown;
