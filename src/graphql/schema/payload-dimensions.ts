// The dimensions whose values are payload. TypeGraphQL has no directives on values of enums.

import { assertEnumType, type GraphQLSchema } from 'graphql';
import { type DimensionName, dimensionRow } from '../../task-runs/statistics/dimensions.js';

export function tagPayloadDimensions(schema: GraphQLSchema): void {
  for (const value of assertEnumType(schema.getType('TaskRunDimension')).getValues()) {
    if (dimensionRow({ by: value.name as DimensionName }).source === undefined) continue;
    value.extensions = { directives: { tag: { name: 'payload' } } };
  }
}
