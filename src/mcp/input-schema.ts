// JSON Schemas of what a tool takes: the variables of its operation.

import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';

export function toInputSchema(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Tool['inputSchema'] {
  const defs: Record<string, object> = {};
  const variables = variableDefinitions.map((node) => {
    const type = typeFromAST(schema, node.type) as GraphQLInputType;
    const { defaultValue } = node;
    return {
      name: node.variable.name.value,
      isRequired: isNonNullType(type) && defaultValue === undefined,
      schema: { ...toSchema(type, defs), ...(defaultValue && { default: valueFromAST(defaultValue, type) }) },
    };
  });
  const required = variables.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(variables.map((each) => [each.name, each.schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(Object.keys(defs).length > 0 && { $defs: defs }),
  };
}

const typeOfScalar: Readonly<Record<string, object>> = {
  Int: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  JSON: {},
};

function toSchema(type: GraphQLInputType, defs: Record<string, object>): object {
  if (isNonNullType(type)) return toSchema(type.ofType, defs);
  if (isListType(type)) return { type: 'array', items: toSchema(type.ofType, defs) };
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  if (!isInputObjectType(type)) return typeOfScalar[type.name] ?? { type: 'string' };
  if (defs[type.name] === undefined) {
    // It may contain itself.
    defs[type.name] = {};
    const fields = Object.values(type.getFields());
    const required = fields.filter((each) => isNonNullType(each.type) && each.defaultValue === undefined);
    defs[type.name] = {
      type: 'object',
      properties: Object.fromEntries(
        fields.map(({ name, type, description }) => [
          name,
          { ...toSchema(type, defs), ...(description && { description }) },
        ]),
      ),
      ...(required.length > 0 && { required: required.map(({ name }) => name) }),
      additionalProperties: false,
    };
  }
  return { $ref: `#/$defs/${type.name}` };
}
