// JSON Schemas for tool outputs, which are responses to operations.

import type { JSONObject, Tool } from '@modelcontextprotocol/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  typeFromAST,
} from 'graphql';
import { orNull } from './input-schema.js';

/** A field of a response, merged from all selections of it in the document. */
interface SelectedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly selections: SelectionSetNode[];
}

const metaFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

const message = { type: 'string' };
const errors = { type: 'array', items: { type: 'object', properties: { message }, required: ['message'] } };
const left = { type: 'object', properties: { message, continue: { type: 'object' } }, required: ['message'] };

interface OutputForm {
  /** The schema of JSON that the tool returns as part of a run. */
  readonly json: object;
  /** Returns the schema of the result's `data`, given that of the response's `data`. */
  readonly toData: (data: ObjectSchema) => object;
  /** The schemas of additional members of the result. */
  readonly members?: Readonly<Record<string, object>> | undefined;
}

interface ObjectSchema {
  readonly type: string;
  readonly properties: Readonly<Record<string, object>>;
}

/**
 * Returns the schema of a result, with only the types of its members, because a client reads the list of all tools
 * before it calls one. Descriptions of the members are in the GraphQL schema.
 */
export function toOutputSchema(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { json, toData, members }: OutputForm,
): Tool['outputSchema'] {
  const data = toData(toObjectSchema([operation.selectionSet], schema.getQueryType()!)) as JSONObject;
  return {
    type: 'object',
    properties: {
      ...(members as Readonly<Record<string, JSONObject>>),
      data: orNull(data) as JSONObject,
      errors,
      extensions: { type: 'object' },
      left,
    },
  };

  function toObjectSchema(selections: readonly SelectionSetNode[], type: GraphQLCompositeType): ObjectSchema {
    const fields = new Map<string, SelectedField>();
    for (const selectionSet of selections) collect(selectionSet, type, fields);
    const properties = [...fields].map(([name, { field, selections }]) => [name, toSchema(field.type, selections)]);
    return { type: 'object', properties: Object.fromEntries(properties) };
  }

  function collect(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    fields: Map<string, SelectedField>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const field = metaFields.get(name) ?? (type as GraphQLObjectType).getFields()[name]!;
        const key = selection.alias?.value ?? name;
        const known = fields.get(key) ?? { field, selections: [] };
        fields.set(key, known);
        if (selection.selectionSet) known.selections.push(selection.selectionSet);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(selection.name.value);
      const condition = fragment.typeCondition
        ? (typeFromAST(schema, fragment.typeCondition) as GraphQLCompositeType)
        : type;
      collect(fragment.selectionSet, condition, fields);
    }
  }

  function fragmentNamed(name: string): FragmentDefinitionNode {
    return document.definitions.find(
      (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
    )!;
  }

  function toSchema(type: GraphQLOutputType, selections: readonly SelectionSetNode[]): object {
    if (isNonNullType(type)) return toSchemaOfValue(type.ofType, selections);
    return orNull(toSchemaOfValue(type, selections));
  }

  function toSchemaOfValue(type: GraphQLOutputType, selections: readonly SelectionSetNode[]): object {
    if (isListType(type)) return { type: 'array', items: toSchema(type.ofType, selections) };
    if (isCompositeType(type)) return toObjectSchema(selections, type);
    const { name } = getNamedType(type);
    return name === 'JSON' ? json : { type: typeOfScalar[name] ?? 'string' };
  }
}

const typeOfScalar: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };
