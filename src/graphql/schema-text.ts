import { type GraphQLSchema, printSchema } from 'graphql';

/** The schema as the committed schema.graphql holds it, in the order of the code. */
export function toSchemaText(schema: GraphQLSchema): string {
  return `${printSchema(schema)}\n`;
}
