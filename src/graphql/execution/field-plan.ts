// The plan of an operation: what is selected, determined once for all executions.

import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { Container, Execution, Position } from './execution.js';

/** The fields selected of objects of one type, merged by their response names. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Returns an object to fill, a new one for each call. */
  readonly createResult: () => Container;
}

export interface PlannedField {
  /** The name in the result: the alias, if there is one. */
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The same array for every execution of the plan: results of reading a selection can be cached by it. */
  readonly fieldNodes: readonly FieldNode[];
  /** The plan for objects of this type at the field. @throws GraphQLError for a condition that is neither true nor false */
  readonly selectionOf: (type: GraphQLObjectType, execution: Execution) => SelectionPlan;
}

export interface FieldPlan extends PlannedField {
  readonly isNullable: boolean;
  readonly read: ReadField;
  readonly complete: CompleteValue;
}

/**
 * Calls the resolver, or reads the property; the value may be a promise.
 * @throws whatever the arguments or the resolver throw
 */
export type ReadField = (source: unknown, execution: Execution, position: Position) => unknown;

/**
 * Returns the completed value, for `key` of `container`, which is at `parent`. Returns `pending` where a promise will
 * set it there.
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
