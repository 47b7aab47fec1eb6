// JSON Schemas for the output of tools: the response to the operation.

import type { Tool } from '@modelcontextprotocol/server';
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
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  typeFromAST,
} from 'graphql';
import { orNull } from './input-schema.js';

/** A field of a response, merged from all places of the document that select it. */
interface SelectedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly selections: SelectionSetNode[];
  /** Whether every object has it, regardless of its type and the values of variables. */
  isAlways: boolean;
}

const metaFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

const errors = {
  type: 'array',
  description: 'What could not be returned, and why.',
  items: {
    type: 'object',
    properties: {
      message: { type: 'string', description: 'What is wrong, and what would be right.' },
      path: { type: 'array', description: 'The names and positions that lead to the value in `data`.' },
      extensions: { type: 'object', description: 'The same for programs: `code`, `reason`, and what is wrong.' },
    },
    required: ['message'],
  },
};

/**
 * @param operations the forms of the tool: the response is that of one of them
 * @param jsonSchema the schema of JSON that the tool returns of a run
 */
export function toOutputSchema(
  schema: GraphQLSchema,
  document: DocumentNode,
  operations: readonly OperationDefinitionNode[],
  jsonSchema: object,
): Tool['outputSchema'] {
  const forms = operations.map(({ selectionSet }) => toObjectSchema([selectionSet], schema.getQueryType()!));
  return {
    type: 'object',
    properties: {
      data: {
        description: 'The response to the operation; null if nothing could be returned.',
        anyOf: [...forms, { type: 'null' }],
      },
      errors,
      extensions: { type: 'object', description: 'What the operation has cost, where that is reported.' },
    },
    additionalProperties: false,
  };

  function toObjectSchema(selections: readonly SelectionSetNode[], type: GraphQLCompositeType): object {
    const fields = new Map<string, SelectedField>();
    for (const each of selections) collect(each, type, true, fields);
    const properties = [...fields].map(([name, { field, selections }]) => [
      name,
      { ...toSchema(field.type, selections), ...(field.description && { description: field.description }) },
    ]);
    const required = [...fields].filter(([, { isAlways }]) => isAlways).map(([name]) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    };
  }

  function collect(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    isAlwaysReached: boolean,
    fields: Map<string, SelectedField>,
  ): void {
    for (const selection of selections) {
      const isAlways = isAlwaysReached && !selection.directives?.length;
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const field = metaFields.get(name) ?? (type as GraphQLObjectType).getFields()[name]!;
        const key = selection.alias?.value ?? name;
        const known = fields.get(key) ?? { field, selections: [], isAlways: false };
        fields.set(key, known);
        known.isAlways ||= isAlways;
        if (selection.selectionSet) known.selections.push(selection.selectionSet);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(selection.name.value);
      const condition = fragment.typeCondition
        ? (typeFromAST(schema, fragment.typeCondition) as GraphQLCompositeType)
        : type;
      const isOfCondition = condition === type || (isObjectType(type) && !isUnionType(condition));
      collect(fragment.selectionSet, condition, isAlways && isOfCondition, fields);
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

  function toSchemaOfValue(
    type: Exclude<GraphQLOutputType, { ofType: unknown }> | GraphQLOutputType,
    selections: readonly SelectionSetNode[],
  ): object {
    if (isListType(type)) return { type: 'array', items: toSchema(type.ofType, selections) };
    if (isCompositeType(type)) return toObjectSchema(selections, type);
    if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
    const { name } = getNamedType(type);
    return name === 'JSON' ? jsonSchema : { type: typeOfScalar[name] ?? 'string' };
  }
}

const typeOfScalar: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };
