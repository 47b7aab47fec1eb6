import type { GraphQLResolveInfo } from 'graphql';
import type { Execution, Position } from './execution.js';
import { toPath } from './execution.js';
import type { PlannedField } from './field-plan.js';

/** Returns the `info` that graphql-js passes to resolvers. @param position of the object that contains the field */
export function toResolveInfo(field: PlannedField, execution: Execution, position: Position): GraphQLResolveInfo {
  const { key, definition, fieldNodes, parentType } = field;
  const { schema, fragments, rootValue, operation, variableValues } = execution.inputs;
  return {
    fieldName: definition.name,
    fieldNodes,
    returnType: definition.type,
    parentType,
    path: toPath(position, key, parentType.name),
    schema,
    fragments,
    rootValue,
    operation,
    variableValues,
  } as GraphQLResolveInfo;
}
