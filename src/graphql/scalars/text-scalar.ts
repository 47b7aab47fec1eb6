import { type ASTNode, GraphQLError, GraphQLScalarType, Kind } from 'graphql';

interface TextScalar {
  readonly name: string;
  readonly description: string;
  /** The URL of the format's specification; omitted: the description specifies it. */
  readonly specifiedByURL?: string;
  /** Checks input. @throws Error whose message is the rest of a sentence */
  readonly parse: (text: string) => string;
  /** Checks numbers, given as texts; omitted: numbers are rejected. */
  readonly parseNumber?: (text: string) => string;
}

/** Creates a scalar that is a string with a format, also internally, so that nothing is rounded or truncated. */
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
    // Stored values have this form already. A check would take a seventh of the time of a page.
    serialize: (value) => (typeof value === 'string' ? value : reject('it is not a string')),
    parseValue(value) {
      if (typeof value === 'string') return check(parse, value);
      return typeof value === 'number' ? check(parseNumber ?? rejectType, String(value)) : check(rejectType, '');
    },
    // The node gives the error a location.
    parseLiteral(node) {
      if (node.kind === Kind.STRING) return check(parse, node.value, node);
      // The text of a number has all its digits.
      if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return check(parseNumber ?? rejectType, node.value, node);
      return check(rejectType, '', node);
    },
  });
}
