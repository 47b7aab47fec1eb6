import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

interface TextScalar {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly pattern: RegExp;
  /** Applied to accepted input. */
  readonly normalize?: (text: string) => string;
  /**
   * Whether a stored value has the format, where its column's type does not ensure it already. Lists hold hundreds of
   * such values: the pattern itself would take a seventh of the time of a page.
   */
  readonly isOutput?: (text: string) => boolean;
}

/** A scalar that is a string of a certain format and stays one internally: nothing is rounded or truncated. */
export function createTextScalar({ name, description, specifiedByURL, pattern, normalize, isOutput }: TextScalar) {
  const check = (value: unknown, isOfForm: (text: string) => boolean): string => {
    if (typeof value !== 'string' || !isOfForm(value)) {
      throw new GraphQLError(`${name} cannot represent the value: it does not have the required format.`);
    }
    return value;
  };
  const parse = (value: unknown): string => (normalize ?? String)(check(value, (text) => pattern.test(text)));
  return new GraphQLScalarType<string, string>({
    name,
    description,
    ...(specifiedByURL ? { specifiedByURL } : {}),
    serialize: (value) => check(value, isOutput ?? isAny),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const isAny = () => true;
