import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  specifiedDirectives,
} from 'graphql';
import { toApiSdl, toSubgraphSdl } from '../../../src/graphql/federation/sdl.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema();
});

/** Returns every type, field, argument, input field and enum value, by its coordinate. */
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
  it('equals the committed schema.graphql, and for composers examples/federation/subgraph.graphql', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(toApiSdl(schema));
    expect(readFileSync('examples/federation/subgraph.graphql', 'utf8')).toBe(toSubgraphSdl(schema));
  });

  it('leaves federation out of schema.graphql, and no field that clients may select', () => {
    const clients = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const namesOf = (names: readonly { readonly name: string }[]) => names.map(({ name }) => name).sort();
    expect(namesOf(clients.getDirectives())).toEqual(namesOf(specifiedDirectives));
    expect(readFileSync('schema.graphql', 'utf8')).not.toMatch(
      /@(link|key|shareable|tag|cost|listSize)\b|federation__/,
    );
    const inBoth = namesOf(Object.values(schema.getTypeMap())).filter((name) => !/^_[^_]/.test(name));
    expect(namesOf(Object.values(clients.getTypeMap()))).toEqual(inBoth);
    for (const type of Object.values(clients.getTypeMap()).filter((value) => isObjectType(value))) {
      const all = (schema.getType(type.name) as GraphQLObjectType).getFields();
      const own = Object.keys(all).filter((name) => !/^_[^_]/.test(name));
      expect(Object.keys(type.getFields())).toEqual(own);
    }
  });

  it('describes every type, field, argument and enum value', () => {
    const elements = describedElements();
    expect(elements.length).toBeGreaterThan(50);
    expect(elements.filter(([, description]) => !description).map(([coordinate]) => coordinate)).toEqual([]);
  });

  it('explains null wherever a field of a run is nullable', () => {
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
