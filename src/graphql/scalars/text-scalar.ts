import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

interface TextScalar {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly pattern: RegExp;
  /** How an accepted input is written before the program sees it. */
  readonly normalize?: (text: string) => string;
}

/** A scalar that is a string of a certain form on the wire and stays a string inside: nothing is rounded or cut. */
export function createTextScalar({ name, description, specifiedByURL, pattern, normalize }: TextScalar) {
  const check = (value: unknown): string => {
    if (typeof value !== 'string' || !pattern.test(value)) {
      throw new GraphQLError(`${name} cannot represent the value: it is not of the form the scalar describes.`);
    }
    return value;
  };
  const parse = (value: unknown): string => (normalize ?? String)(check(value));
  return new GraphQLScalarType<string, string>({
    name,
    description,
    ...(specifiedByURL ? { specifiedByURL } : {}),
    serialize: check,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}
