import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';

/** The parts of the schema that concern models, by type. */
const parts: Readonly<Record<string, readonly string[]>> = {
  TaskRun: ['model'],
  TaskRunFilter: ['model', 'modelIn'],
  TaskRunDimension: ['MODEL'],
};

/** Returns the schema for a gateway without a configured model location. */
export function withoutModels(schema: GraphQLSchema): GraphQLSchema {
  const isPart = (type: string, name: string) => parts[type]?.includes(name) === true;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (_config, name, type) => (isPart(type, name) ? null : undefined),
    [MapperKind.INPUT_OBJECT_FIELD]: (_config, name, type) => (isPart(type, name) ? null : undefined),
    [MapperKind.ENUM_VALUE]: (_config, type, _schema, name) => (isPart(type, name) ? null : undefined),
  });
}
