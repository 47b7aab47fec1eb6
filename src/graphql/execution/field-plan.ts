// The plan of an operation: what is asked for, worked out once and the same for every execution.

import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { Container, Execution, Position } from './execution.js';

/** The fields asked of objects of one type, merged by the names under which they are returned. */
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
  /** The same array for every execution of the plan: what is read of a selection can be remembered by it. */
  readonly fieldNodes: readonly FieldNode[];
  /** The plan for objects of this type in the field's place. @throws GraphQLError for a condition that is neither true nor false */
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
 * Returns what stands for a value in the result: at `key` of `container`, which is at `parent`. Returns `pending` where a
 * promise will put it there.
 * @throws the error that stands for the value
 */
export type CompleteValue = (
  value: unknown,
  field: PlannedField,
  execution: Execution,
  container: Container,
  key: string | number,
  parent: Position,
) => unknown;
