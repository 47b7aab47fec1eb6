import {
  type ASTNode,
  assertEnumType,
  GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isIntrospectionType,
  Kind,
} from 'graphql';
import { isPayload } from '../../task-runs/columns/payload.js';

/** Adds the valid values to errors for invalid enum values, in which graphql-js only repeats the invalid one. */
export function listEnumValuesInErrors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isEnumType(type) || isIntrospectionType(type)) continue;
    const names = type.getValues().map(({ name }) => name);
    const parse = (name: unknown, node?: ASTNode) => {
      const value = typeof name === 'string' ? type.getValue(name) : undefined;
      if (value) return value.value;
      const message = `${type.name} cannot represent the value: it must be one of ${names.join(', ')}.`;
      throw new GraphQLError(message, node ? { nodes: node } : {});
    };
    type.parseValue = (input) => parse(input);
    type.parseLiteral = (node) => parse(node.kind === Kind.ENUM ? node.value : undefined, node);
  }
}

/** Tags the dimensions whose values are payload. TypeGraphQL does not support directives on enum values. */
export function tagPayloadDimensions(schema: GraphQLSchema): void {
  for (const value of assertEnumType(schema.getType('TaskRunDimension')).getValues()) {
    if (!isPayload('dimensions', value.name)) continue;
    value.extensions = { directives: { tag: { name: 'payload' } } };
  }
}
