import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** The schema as the committed schema.graphql holds it; sorted, so that moving a line of code changes nothing. */
export function toSchemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
