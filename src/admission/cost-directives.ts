// Adds costs to the SDL, so that routers compute the same costs as this gateway.

import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { type ListSize, listSizes, rowOf, weights } from './weights.js';

/** Overrides the routers' default of one point per object. */
const weightOfOtherTypes = 0;

export function addCostDirectives(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    const isRoot = type === schema.getQueryType() || type === schema.getSubscriptionType();
    if (!isRoot) addDirectives(type, { cost: { weight: weights.types[type.name] ?? weightOfOtherTypes } });
    for (const field of Object.values(type.getFields())) {
      const weight = rowOf(weights.fields, type, field.name);
      if (weight !== undefined) addDirectives(field, { cost: { weight } });
      const listSize = rowOf(listSizes, type, field.name);
      if (listSize) addDirectives(field, { listSize: toArguments(listSize, field) });
    }
  }
}

type Extensible = { extensions: Readonly<Record<string, unknown>> };

function addDirectives(element: Extensible, directives: Readonly<Record<string, object>>): void {
  const others = element.extensions.directives as object | undefined;
  element.extensions = { ...element.extensions, directives: { ...others, ...directives } };
}

/** Omits the assumed size if a slicing argument has a default, because composers reject the combination. */
function toArguments(
  { assumedSize, slicingArguments, sizedFields }: ListSize,
  { args }: GraphQLField<unknown, unknown>,
): object {
  const hasDefault = args.some(
    ({ name, defaultValue }) => slicingArguments?.includes(name) && defaultValue !== undefined,
  );
  return {
    ...(hasDefault ? {} : { assumedSize }),
    ...(slicingArguments && { slicingArguments }),
    ...(sizedFields && { sizedFields }),
    ...(slicingArguments && { requireOneSlicingArgument: false }),
  };
}
