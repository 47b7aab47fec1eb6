// Plans an operation. A field's child selection is planned for a type when the field first returns an object of that
// type, so that nested fragments are expanded only as far as objects exist.

import { type FieldNode, type GraphQLObjectType, isNonNullType } from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';
import { completerFor } from './complete-value.js';
import type { Execution } from './execution.js';
import type { FieldPlan, PlannedField, SelectionPlan } from './field-plan.js';
import { createReadField } from './read-field.js';

/** The size of an operation's plans. */
export interface PlanSize {
  fields: number;
}

/** @throws GraphQLError for a condition that is neither true nor false */
export function planOperation(execution: Execution, type: GraphQLObjectType, size: PlanSize): SelectionPlan {
  const { schema, fragments, variableValues, operation } = execution.inputs;
  return planSelection(
    execution,
    type,
    collectFields(schema, fragments, variableValues, type, operation.selectionSet),
    size,
  );
}

function planSelection(
  { inputs: { schema } }: Execution,
  type: GraphQLObjectType,
  fieldNodesByKey: ReadonlyMap<string, readonly FieldNode[]>,
  size: PlanSize,
): SelectionPlan {
  const fields: FieldPlan[] = [];
  for (const [key, fieldNodes] of fieldNodesByKey) {
    const definition = getFieldDef(schema, type, fieldNodes[0]!);
    // The definition is missing only in an invalid document. graphql-js omits the field too.
    if (!definition) continue;
    const isNullable = !isNonNullType(definition.type);
    const complete = completerFor(definition.type);
    const field = { key, parentType: type, definition, fieldNodes, isNullable, complete };
    const planned = Object.assign(field, { selectionOf: createSelectionPlanner(fieldNodes, size) });
    fields.push(Object.assign(planned, { read: createReadField(planned) }));
  }
  size.fields += fields.length;
  return { fields, createResult: createResultFactory(fields.map(({ key }) => key)) };
}

function createSelectionPlanner(fieldNodes: readonly FieldNode[], size: PlanSize): PlannedField['selectionOf'] {
  let plans: Map<GraphQLObjectType, SelectionPlan> | undefined;
  return (type, execution) => {
    plans ??= new Map();
    let plan = plans.get(type);
    if (plan === undefined) {
      const { schema, fragments, variableValues } = execution.inputs;
      plan = planSelection(
        execution,
        type,
        collectSubfields(schema, fragments, variableValues, type, fieldNodes),
        size,
      );
      plans.set(type, plan);
    }
    return plan;
  };
}

/** Measured: up to this number of names, filling an empty object is faster than copying one that contains all names. */
const maxFilledNames = 12;

function createResultFactory(names: readonly string[]): SelectionPlan['createResult'] {
  // Without such a property, assigning to `__proto__` would set the prototype.
  if (names.length <= maxFilledNames && !names.includes('__proto__')) return () => ({});
  const allNames = JSON.parse(`{${names.map((name) => `"${name}":null`).join()}}`);
  return () => ({ ...allNames });
}
