// The directives in introspection. graphql-js lists a location that the specification of October 2021 and libraries of
// other languages lack, which reject the whole schema for it.

import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLSchema,
  isEnumType,
  specifiedDirectives,
} from 'graphql';

const unknownElsewhere = DirectiveLocation.DIRECTIVE_DEFINITION;

/** GraphQL's own directives, without locations that other libraries lack. */
export const knownDirectives = specifiedDirectives.map((directive) =>
  directive.locations.includes(unknownElsewhere)
    ? new GraphQLDirective({
        ...directive.toConfig(),
        locations: directive.locations.filter((location) => location !== unknownElsewhere),
      })
    : directive,
);

/** Replaces the enum of locations in the schema's own map, because all schemas share that of graphql-js. */
export function hideUnknownLocation(schema: GraphQLSchema): void {
  const types = schema.getTypeMap();
  const locations = types.__DirectiveLocation;
  if (!isEnumType(locations)) throw new Error('The schema has no enum of locations.');
  const { values, ...config } = locations.toConfig();
  const { [unknownElsewhere]: _, ...known } = values;
  types.__DirectiveLocation = new GraphQLEnumType({ ...config, values: known });
}
