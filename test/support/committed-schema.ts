import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLEnumType } from 'graphql';

export const committedSchema = buildSchema(readFileSync('schema.graphql', 'utf8'));

export const enumValues = (name: string) =>
  (committedSchema.getType(name) as GraphQLEnumType).getValues().map(({ name }) => name);
