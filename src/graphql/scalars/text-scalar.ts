import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

interface TextScalar {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly pattern: RegExp;
  /** Applied to accepted input. */
  readonly normalize?: (text: string) => string;
}

/** A scalar that is a string of a certain format and stays one internally: nothing is rounded or truncated. */
export function createTextScalar({ name, description, specifiedByURL, pattern, normalize }: TextScalar) {
  const check = (value: unknown, isOfForm: boolean): string => {
    if (typeof value !== 'string' || !isOfForm) {
      throw new GraphQLError(`${name} cannot represent the value: it does not have the required format.`);
    }
    return value;
  };
  const parse = (value: unknown): string => (normalize ?? String)(check(value, pattern.test(String(value))));
  return new GraphQLScalarType<string, string>({
    name,
    description,
    ...(specifiedByURL ? { specifiedByURL } : {}),
    // What is stored was read in this form: the pattern would take a seventh of the time of a page.
    serialize: (value) => check(value, true),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}
