import { type ASTNode, GraphQLError, GraphQLScalarType, Kind } from 'graphql';

interface TextScalar {
  readonly name: string;
  readonly description: string;
  /** URL of the format's specification. Omitted if the description specifies the format. */
  readonly specifiedByURL?: string;
  /** Validates input. @throws Error with a message that completes a sentence */
  readonly parse: (text: string) => string;
  /** Validates numbers, given as strings. If omitted, numbers are rejected. */
  readonly parseNumber?: (text: string) => string;
}

/** Creates a scalar for a formatted string. It remains a string internally, so that nothing is rounded or truncated. */
export function createTextScalar({ name, description, specifiedByURL, parse, parseNumber }: TextScalar) {
  const reject = (message: string, node?: ASTNode): never => {
    throw new GraphQLError(`${name} cannot represent the value: ${message}.`, node ? { nodes: node } : {});
  };
  const rejectType = () => {
    throw new Error(parseNumber ? 'it must be a string or a number' : 'it must be a string');
  };
  const check = (parseInput: (text: string) => string, text: string, node?: ASTNode): string => {
    try {
      return parseInput(text);
    } catch (error) {
      return reject((error as Error).message, node);
    }
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    specifiedByURL,
    // Stored values are already in this format. A check would take a seventh of the time for a page.
    serialize: (value) => (typeof value === 'string' ? value : reject('it is not a string')),
    parseValue(value) {
      if (typeof value === 'string') return check(parse, value);
      return typeof value === 'number' ? check(parseNumber ?? rejectType, String(value)) : check(rejectType, '');
    },
    // The node gives the error a location.
    parseLiteral(node) {
      if (node.kind === Kind.STRING) return check(parse, node.value, node);
      // The source text of a number has all its digits.
      if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return check(parseNumber ?? rejectType, node.value, node);
      return check(rejectType, '', node);
    },
  });
}
