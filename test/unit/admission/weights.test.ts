import {
  buildSchema,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import { listSizes, rowOf, weights } from '../../../src/admission/weights.js';
import { toSubgraphSdl } from '../../../src/graphql/federation/sdl.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';

describe('the table of weights', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
  });

  it('names only what is in the schema', () => {
    const introspection = ['Query.__schema', 'Query.__type'];
    for (const coordinate of [...Object.keys(weights.fields), ...Object.keys(listSizes)]) {
      if (introspection.includes(coordinate)) continue;
      const [typeName, fieldName] = coordinate.split('.') as [string, string];
      const type = schema.getType(typeName);
      const field = type && 'getFields' in type ? type.getFields()[fieldName] : undefined;
      expect({ coordinate, isThere: field !== undefined }).toEqual({ coordinate, isThere: true });
    }
    for (const name of Object.keys(weights.types)) expect(schema.getType(name)).toBeDefined();
  });

  it('names no argument that a field does not have: composition would fail', () => {
    for (const [coordinate, { slicingArguments = [] }] of Object.entries(listSizes)) {
      const [typeName, fieldName] = coordinate.split('.') as [string, string];
      const type = schema.getType(typeName);
      if (!isObjectType(type)) continue;
      const known = type.getFields()[fieldName]!.args.map(({ name }) => name);
      expect({ coordinate, unknown: slicingArguments.filter((name) => !known.includes(name)) }).toEqual({
        coordinate,
        unknown: [],
      });
    }
  });

  it('assumes no size in the SDL for a slicing argument with a default, which composers reject', () => {
    const sdl = buildSchema(toSubgraphSdl(schema));
    const directives = Object.values(sdl.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) => Object.values(type.getFields()))
      .flatMap(({ args, astNode }) => (astNode?.directives ?? []).map((directive) => ({ args, directive })))
      .filter(({ directive }) => directive.name.value === 'listSize')
      .map(({ args, directive }) => ({ args, values: getArgumentValues(sdl.getDirective('listSize')!, directive) }));
    const withDefault = directives.filter(({ args, values }) =>
      args.some(
        ({ name, defaultValue }) =>
          (values.slicingArguments as string[] | undefined)?.includes(name) && defaultValue !== undefined,
      ),
    );
    expect(withDefault).not.toEqual([]);
    for (const { values } of withDefault) expect(values.assumedSize).toBeUndefined();
  });

  it('consists of integers, as the SDL requires', () => {
    for (const weight of [...Object.values(weights.fields), ...Object.values(weights.types)])
      expect(Number.isInteger(weight)).toBe(true);
  });

  it('sets a size for every list that a field returns, or that the field above it returns', () => {
    const sized = Object.values(listSizes).flatMap(({ sizedFields = [] }) => sizedFields);
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__')) continue;
      for (const { name, type: of } of Object.values(type.getFields())) {
        if (!isListType(getNullableType(of)) || !isCompositeType(getNamedType(of)) || sized.includes(name)) continue;
        const row = rowOf(listSizes, type, name);
        expect({ field: `${type.name}.${name}`, hasSize: row !== undefined }).toMatchObject({ hasSize: true });
      }
    }
  });
});
