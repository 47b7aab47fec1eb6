import { readFileSync } from 'node:fs';
import {
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { toSubgraphSdl } from '../../../src/graphql/federation/subgraph-sdl.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema();
});

/** Every type, field, argument, input field and enum value, by its coordinate. */
function describedElements(): [string, string | null | undefined][] {
  const own = Object.values(schema.getTypeMap()).filter(
    ({ name }) => !name.startsWith('__') && !/^(Int|Float|String|Boolean|ID)$/.test(name),
  );
  return own.flatMap((type) => [
    [type.name, type.description] as [string, string],
    ...(isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) => [
          [`${type.name}.${field.name}`, field.description] as [string, string],
          ...field.args.map((arg) => [`${type.name}.${field.name}(${arg.name}:)`, arg.description] as [string, string]),
        ])
      : []),
    ...(isInputObjectType(type)
      ? Object.values(type.getFields()).map(
          (field) => [`${type.name}.${field.name}`, field.description] as [string, string],
        )
      : []),
    ...(isEnumType(type)
      ? type.getValues().map((value) => [`${type.name}.${value.name}`, value.description] as [string, string])
      : []),
  ]);
}

describe('the schema', () => {
  it('is the committed schema.graphql', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(toSubgraphSdl(schema));
  });

  it('describes every type, field, argument and enum value', () => {
    const elements = describedElements();
    expect(elements.length).toBeGreaterThan(50);
    expect(elements.filter(([, description]) => !description).map(([coordinate]) => coordinate)).toEqual([]);
  });

  it('says what null means wherever a field of a run may be null', () => {
    const fields = ['TaskRun', 'ReportingGroup'].flatMap((name) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.values(type.getFields()) : [];
    });
    const nullable = fields.filter(
      ({ type }) => String(type) === getNamedType(type).name || !String(type).endsWith('!'),
    );
    expect(nullable.filter(({ description }) => !/\bnull\b/i.test(description!)).map(({ name }) => name)).toEqual([]);
  });
});
