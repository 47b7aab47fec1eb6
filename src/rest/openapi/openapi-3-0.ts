// OpenAPI 3.0 for tools that do not support 3.1, such as the imports of API gateways.

type Json = Readonly<Record<string, unknown>>;

/** Returns the document in OpenAPI 3.0. Only the parts of 3.1 that the document uses are rewritten. */
export function toOpenApi30(document: Json): Json {
  const { license, ...info } = document.info as { readonly license: { readonly name: string } };
  const { schemas, ...components } = document.components as { readonly schemas: Json };
  return {
    ...document,
    openapi: '3.0.3',
    info: { ...info, license: { name: license.name } },
    components: { ...(rewrite(components) as Json), schemas: mapValues(schemas, toSchema) },
    paths: rewrite(document.paths),
  };
}

/** Rewrites the schemas in a part of the document, but not the examples. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key === 'schema') return [key, toSchema(member)];
      return [key, key === 'example' || key === 'examples' ? member : rewrite(member)];
    }),
  );
}

interface Schema extends Json {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly items?: unknown;
  readonly properties?: Json;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

function toSchema(value: unknown): unknown {
  const { $ref, type, const: constant, examples, items, properties, oneOf, anyOf, ...others } = value as Schema;
  return {
    ...($ref !== undefined && toReference($ref, others)),
    ...toType(type),
    ...(constant !== undefined && { enum: [constant] }),
    ...(items !== undefined && { items: toSchema(items) }),
    ...(properties !== undefined && { properties: mapValues(properties, toSchema) }),
    ...toAlternatives('oneOf', oneOf),
    ...toAlternatives('anyOf', anyOf),
    ...others,
    ...(examples !== undefined && { example: examples[0] }),
  };
}

/** Returns the reference. OpenAPI 3.0 does not allow other members in it. */
function toReference($ref: string, siblings: Json): Json {
  return Object.keys(siblings).length === 0 ? { $ref } : { allOf: [{ $ref }] };
}

function toType(type: Schema['type']): Json {
  if (type === undefined) return {};
  const types = [type].flat().filter((typeName) => typeName !== 'null');
  return {
    ...(types.length === 1 ? { type: types[0] } : { oneOf: types.map((typeName) => ({ type: typeName })) }),
    ...([type].flat().includes('null') && { nullable: true }),
  };
}

function toAlternatives(keyword: 'oneOf' | 'anyOf', schemas: readonly Schema[] | undefined): Json {
  if (schemas === undefined) return {};
  const alternatives = schemas.filter(({ type }) => type !== 'null').map(toSchema);
  if (alternatives.length === schemas.length) return { [keyword]: alternatives };
  return { [alternatives.length === 1 ? 'allOf' : keyword]: alternatives, nullable: true };
}

function mapValues(values: Json, map: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
