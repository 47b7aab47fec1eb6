import { type ASTNode, GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { toPlainDecimal } from '../../task-runs/columns/decimal.js';

const name = 'JSONPrimitive';

/** A JSON primitive, represented by its text, so that a number in a document keeps all its digits. */
export const JSONPrimitiveScalar = new GraphQLScalarType<string, string>({
  name,
  description: 'A JSON value that is neither an object nor a list: a string, a number or a boolean.',
  parseValue(value) {
    if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
    return typeof value === 'number' ? numberText(String(value)) : rejectType();
  },
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.BOOLEAN) return JSON.stringify(node.value);
    return node.kind === Kind.INT || node.kind === Kind.FLOAT ? numberText(node.value, node) : rejectType(node);
  },
});

function numberText(text: string, node?: ASTNode): string {
  try {
    return toPlainDecimal(text);
  } catch (error) {
    return reject((error as Error).message, node);
  }
}

function rejectType(node?: ASTNode): never {
  return reject('it must be a string, a number or a boolean', node);
}

function reject(message: string, node?: ASTNode): never {
  throw new GraphQLError(`${name} cannot represent the value: ${message}.`, node ? { nodes: node } : {});
}
