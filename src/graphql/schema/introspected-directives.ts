// The directives in introspection. graphql-js lists a location missing from the October 2021 specification and from
// libraries for other languages, which reject the whole schema because of it.

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

/** Replaces the enum of locations in the schema's own map, because all schemas share graphql-js' enum. */
export function hideUnknownLocation(schema: GraphQLSchema): void {
  const types = schema.getTypeMap();
  const locations = types.__DirectiveLocation;
  if (!isEnumType(locations)) throw new Error('The schema has no enum of locations.');
  const { values, ...config } = locations.toConfig();
  const { [unknownElsewhere]: _, ...known } = values;
  types.__DirectiveLocation = new GraphQLEnumType({ ...config, values: known });
}
