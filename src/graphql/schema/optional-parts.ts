import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { describePermissions, permissionsWithSharing } from '../../access/permissions.js';

/** The members of the schema, by type, that depend on the configuration. A type without members is optional as a whole. */
const parts = {
  models: {
    TaskRun: ['model'],
    TaskRunFilter: ['model', 'modelIn'],
    TaskRunDimension: ['MODEL'],
  },
  sharing: {
    TaskRun: ['share'],
    RunShare: [],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

type PartName = keyof typeof parts;

/** Returns the schema without the parts that are not configured. */
export function withoutParts(schema: GraphQLSchema, names: readonly PartName[]): GraphQLSchema {
  const removed: readonly Readonly<Record<string, readonly string[]>>[] = names.map((name) => parts[name]);
  const isPart = (type: string, name: string) => removed.some((members) => members[type]?.includes(name));
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: ({ name }) => (removed.some((members) => members[name]?.length === 0) ? null : undefined),
    [MapperKind.OBJECT_FIELD]: (_config, name, type) => (isPart(type, name) ? null : undefined),
    [MapperKind.INPUT_OBJECT_FIELD]: (_config, name, type) => (isPart(type, name) ? null : undefined),
    [MapperKind.ENUM_VALUE]: (_config, type, _schema, name) => (isPart(type, name) ? null : undefined),
  });
}

/** Adds the permission to share runs to the description of an argument. */
export function describeSharing(schema: GraphQLSchema): void {
  const { args } = (schema.getType('Viewer') as GraphQLObjectType).getFields().can!;
  args.find(({ name }) => name === 'permission')!.description = describePermissions(permissionsWithSharing);
}
